"""Commands; each opens one unit of work and calls a service."""

from __future__ import annotations

from pathlib import Path

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


def _words(app: Flask) -> None:
    @app.cli.group("i18n")
    def i18n() -> None:
        """The catalogue of words."""

    @i18n.command("update")
    def update_words() -> None:
        """Bring new texts into the catalogue, without their Chinese, and drop those no longer used."""
        from scripts import catalogue

        catalogue.main("update")

    @i18n.command("compile")
    def compile_words() -> None:
        """Make what the pages read from the catalogue, where it changed."""
        from scripts import catalogue

        catalogue.main("compile")


def register_commands(app: Flask) -> None:
    """Hang the commands of the product onto the application."""
    _jobs(app)
    _words(app)

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

    _operations(app)


def _operations(app: Flask) -> None:
    """What whoever runs the installation needs."""

    @app.cli.command("pdf-doctor")
    @with_appcontext
    def pdf_doctor() -> None:
        """Engines, build and fonts of printing, and whether 100 mm measure 100 mm."""
        from services import printing

        with unit_of_work(write=False):
            for line in printing.doctor():
                click.echo(line)

    @app.cli.command("verify")
    @with_appcontext
    def verify() -> None:
        """Whether history, files and caches still are what was written; exit status 1 with the first bad row of each when not."""
        from services import verification

        with unit_of_work(write=False):
            found, loose = verification.findings(), verification.orphans()
        for name, sentence in found:
            click.echo(f"{name}: {sentence}", err=True)
        for digest in loose:
            click.echo(f"file without a row: {digest}")
        if found:
            raise SystemExit(1)
        click.echo("ok: " + " ".join(verification.CHECKS))

    @app.cli.command("backup")
    @click.argument("folder", type=click.Path(path_type=Path))
    @with_appcontext
    def write_backup(folder: Path) -> None:
        """Write a checked backup into a new folder, while work goes on; the keys of the installation are not in it."""
        from services import backup, chain

        try:
            with unit_of_work(write=False):
                chain.anchor()
                manifest = backup.write(folder)
        except backup.BackupFailed as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{folder}: {len(manifest['files'])} files, checked. Keep secret_key and audit_key apart from it.")

    @app.cli.command("restore")
    @click.argument("folder", type=click.Path(exists=True, path_type=Path))
    @click.option("--key", type=click.Path(exists=True, path_type=Path), help="The key of the history, kept apart from the backup.")
    @with_appcontext
    def read_backup(folder: Path, key: Path | None) -> None:
        """Bring a backup into an empty installation; then run `flask upgrade` and `flask verify`."""
        from services import backup

        try:
            with unit_of_work(write=False):
                manifest = backup.read(folder, audit_key=key)
        except backup.BackupFailed as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"restored what was written at {manifest['written_at']}. Now: flask upgrade, flask verify")

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
