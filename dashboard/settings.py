"""The one place that reads the environment and the clock: addresses and files once, at the start."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL

from dashboard import signed
from dashboard.access.rules import Access
from dashboard.access.way import Told, Way, chosen
from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.store.address import address as store_address
from dashboard.store.address import apart, beside
from queries.faults import Refused
from queries.warehouse import address

T = TypeVar("T", bound=BaseSettings)


class Environment(BaseSettings):
    """What the environment may say; a command's options say it louder."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    warehouse: str = Field("", validation_alias="WAREHOUSE_URL", description="Where the warehouse is.")
    config: Path = Field(
        Path("smarketing.toml"), validation_alias="SMARKETING_CONFIG", description="The company's facts."
    )
    agreement: Path = Field(
        Path("agreement.toml"), validation_alias="SMARKETING_AGREEMENT", description="What was promised."
    )
    refresh_seconds: float = Field(
        10,
        gt=0,
        le=3600,
        validation_alias="SMARKETING_REFRESH_SECONDS",
        description="Seconds between two looks at the warehouse.",
    )
    state: Path | None = Field(
        None,
        validation_alias="SMARKETING_STATE",
        description="Folder in which this machine's processes share the board.",
    )
    store: str = Field(
        "", validation_alias="SMARKETING_STORE", description="Where the meeting is kept: frozen weeks, actions, notes."
    )
    smtp: SecretStr = Field(
        SecretStr(""),
        validation_alias="SMARKETING_SMTP",
        description="The mail server that sends the kept week, with name and password.",
    )
    read_seconds: float = Field(
        10,
        gt=0,
        le=600,
        validation_alias="SMARKETING_READ_SECONDS",
        description="Seconds after which a look is given up.",
    )
    examine_minutes: float = Field(
        10,
        gt=0,
        le=1440,
        validation_alias="SMARKETING_EXAMINE_MINUTES",
        description="Minutes from one examination of all data to the next, at least.",
    )


class AccessEnvironment(BaseSettings):
    """What the environment says of who may see the board; what is secret is never shown."""

    model_config = SettingsConfigDict(env_ignore_empty=True, env_prefix="SMARKETING_")

    access: str = Field("", description="open, sign-in or proxy; without it, whichever of the two is set up.")
    url: str = Field("", description="The address by which people reach the board.")
    secret_key: SecretStr = Field(SecretStr(""), description="What sign-ins are signed with.")
    oidc_issuer: str = Field("", description="The provider's address.")
    oidc_client: str = Field("", description="Who this board is to the provider.")
    oidc_secret: SecretStr = Field(SecretStr(""), description="By which the provider knows that it is this board.")
    proxy_secret: SecretStr = Field(SecretStr(""), description="By which the trusted reverse proxy is known.")
    proxies: str = Field("", description="From which addresses a reverse proxy asks.")
    proxy_user_header: str = Field("", description="In which header the trusted reverse proxy names who asks.")
    probe_token: SecretStr = Field(SecretStr(""), description="By which monitoring is known.")
    host: str = Field("127.0.0.1", validation_alias="HOST", description="Where the server listens.")
    flask_debug: str = Field("", validation_alias="FLASK_DEBUG", description="Must be off.")
    dash_debug: str = Field("", validation_alias="DASH_DEBUG", description="Must be off.")


class Settings(NamedTuple):
    """Everything the program was told: where to read, whose numbers they are, and what was promised."""

    warehouse: URL
    company: Company
    agreement: Agreement
    refresh_seconds: float
    read_seconds: float
    examine_minutes: float = 10
    store_named: URL | None = None

    @property
    def store(self) -> URL:
        """Where the meeting is kept; when nobody named it, beside the warehouse."""
        return self.store_named or beside(self.warehouse)


def warehouse(given: str | None = None) -> URL:
    """Return the warehouse's address, from ``given`` or ``WAREHOUSE_URL``; raise ``Refused`` when neither says it."""
    told = given or environment().warehouse
    if not told:
        raise Refused("no warehouse is named: set WAREHOUSE_URL, or pass --warehouse (such as sqlite:///smarketing.db)")
    return address(told)


def settings(given: str | None = None, config: Path | None = None, agreement: Path | None = None) -> Settings:
    """Return everything the program needs to know; options win over the environment; raise ``Refused`` in words."""
    told = environment()
    where = warehouse(given)
    return Settings(
        where,
        signed.read(Company, config or told.config),
        signed.read(Agreement, agreement or told.agreement),
        told.refresh_seconds,
        told.read_seconds,
        told.examine_minutes,
        store(where),
    )


def way(rules: Access) -> Way:
    """Return by which way people come in; raise ``Refused`` with the remedy where it is none, or unsafe."""
    told = _said(AccessEnvironment)
    return chosen(
        Told(
            told.access,
            told.url,
            told.secret_key.get_secret_value(),
            told.oidc_issuer,
            told.oidc_client,
            told.oidc_secret.get_secret_value(),
            told.proxy_secret.get_secret_value(),
            told.proxies,
            told.proxy_user_header,
            told.probe_token.get_secret_value(),
            told.host,
            told.flask_debug or told.dash_debug,
        ),
        rules,
    )


def store(apart_from: URL | None = None, given: str | None = None) -> URL:
    """Return the store's address, from ``given``, ``SMARKETING_STORE`` or beside the warehouse ``apart_from``.

    Raises ``Refused`` when it is none, when it is the warehouse itself, or when there is nothing it could be beside.
    """
    told = given or environment().store
    if apart_from is not None:
        return apart(store_address(told) if told else beside(apart_from), apart_from)
    if told:
        return store_address(told)
    raise Refused("no store is named: set SMARKETING_STORE, or WAREHOUSE_URL for the store beside that warehouse")


def store_beside(given: str | None = None, warehouse_given: str | None = None) -> URL:
    """Return the store's address for a command that reads no warehouse: it need not be named where the store is."""
    named = warehouse_given or environment().warehouse
    return store(address(named) if named else None, given)


def environment() -> Environment:
    """Return what the environment says; raise ``Refused`` naming the variable that is wrong."""
    return _said(Environment)


def _said(kind: type[T]) -> T:
    try:
        return kind()
    except ValidationError as wrong:
        said = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in wrong.errors())
        raise Refused(f"the environment: {said}") from None


def state() -> str | None:
    """Return the folder that the environment names for what this machine's processes share, if it names one."""
    named = environment().state
    return str(named) if named else None


def smtp() -> str:
    """Return the mail server's address as the environment names it, a password in it; empty where none is named."""
    return environment().smtp.get_secret_value()


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)
