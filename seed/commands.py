"""`flask seed reference|demo`."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from seed import accounts, reference
from services.unit_of_work import unit_of_work


def register(app: Flask) -> None:
    """Hang the seeding commands onto the application."""

    @app.cli.group("seed")
    def seed() -> None:
        """Reference and demonstration data."""

    @seed.command("reference")
    @with_appcontext
    def load_reference() -> None:
        """Parameters and number rules that are missing."""
        with unit_of_work():
            reference.load()
        click.echo("reference")

    @seed.command("demo")
    @with_appcontext
    def load_demo() -> None:
        """Demonstration data; a database that holds people already is left alone."""
        from seed import demo  # its stories stay out of the memory of web workers

        if current_app.config["APP_ENV"] == "production":
            raise click.ClickException("no demonstration data in production")
        with unit_of_work():
            made = accounts.load(current_app.config)
        if made:
            demo.load(accounts.demo_password(current_app.config))
        click.echo("demo" if made else "kept")
