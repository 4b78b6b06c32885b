"""Commands; each opens one unit of work and calls a service."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import select

from extensions import db
from services import accounts, clock, release
from services.errors import DomainError
from services.unit_of_work import unit_of_work


def _jobs(app: Flask) -> None:
    @app.cli.group("job")
    def job() -> None:
        """The timetable and its worker."""

    @job.command("list")
    @with_appcontext
    def list_jobs() -> None:
        """Each job with its schedule and last run."""
        from services import jobs

        with unit_of_work(write=False):
            for line in jobs.lines():
                click.echo(line)

    @job.command("run")
    @click.argument("name")
    @with_appcontext
    def run_job(name: str) -> None:
        """Run one job now; exit status 1 when it finds something wrong."""
        from services import jobs

        if name not in jobs.JOBS:
            raise click.ClickException(f"no such job; there are: {' '.join(jobs.JOBS)}")
        result, good = jobs.run(name)
        click.echo(result)
        if not good:
            raise SystemExit(1)

    @job.command("worker")
    def work() -> None:
        """Run the timetable until stopped."""
        from services import jobs

        jobs.work(app)


def register_commands(app: Flask) -> None:
    """Hang the commands of the product onto the application."""
    _jobs(app)

    @app.cli.command("upgrade")
    def upgrade() -> None:
        """Bring database, roles and reference data to this version."""
        release.upgrade(app)
        click.echo("ready")

    @app.cli.group("user")
    def user() -> None:
        """Accounts."""

    @user.command("create-admin")
    @click.option("--username", prompt=True)
    @click.option("--name", prompt=True)
    @click.option("--email", default=None)
    @click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
    @with_appcontext
    def create_admin(username: str, name: str, email: str | None, password: str) -> None:
        """The first real account, with the role of the administrator."""
        try:
            with unit_of_work():
                accounts.create_user(username=username, name=name, email=email, roles=["admin"], password=password)
        except DomainError as error:
            raise click.ClickException(str(error)) from error
        click.echo(username)

    @user.command("link")
    @click.argument("username")
    @with_appcontext
    def link(username: str) -> None:
        """A one-time link by which a user sets a new password."""
        with unit_of_work():
            found = db.session.scalar(select(User).where(User.username == username))
            if found is None:
                raise click.ClickException("no such user")
            secret = accounts.issue_link(found, by=None, now=clock.now())
        click.echo(f"/account/link/{secret}")

    @user.command("list")
    @with_appcontext
    def list_users() -> None:
        """All accounts with their roles."""
        with unit_of_work(write=False):
            for found in db.session.scalars(select(User).order_by(User.username)):
                names = ",".join(role.name for role in found.roles if isinstance(role, Role))
                click.echo(f"{found.username}\t{'active' if found.active else 'closed'}\t{names}")

    @app.cli.command("pdf-doctor")
    @with_appcontext
    def pdf_doctor() -> None:
        """Engines, build and fonts of printing, and whether 100 mm measure 100 mm."""
        from services import printing

        with unit_of_work(write=False):
            for line in printing.doctor():
                click.echo(line)

    @app.cli.command("check-deploy")
    @with_appcontext
    def check_deploy() -> None:
        """Name each setting that is unsafe in production; exit status 1 when there is one."""
        from services.deploy_check import findings

        with unit_of_work(write=False):
            found = findings(current_app.config)
        for key, sentence in found:
            click.echo(f"{key}: {sentence}", err=True)
        if found:
            raise SystemExit(1)
        click.echo("ok")
