"""Environment, .env and TOML become one frozen record."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from videogen.errors import InvalidInputError
from videogen.secrecy import keep_secret

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What the operator may set; names are those of the environment."""

    model_config = SettingsConfigDict(
        env_file=".env",
        toml_file="videogen.toml",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    data_dir: Path = Field(default=ROOT / "data", validation_alias="VIDEOGEN_DATA_DIR")
    port: int = Field(default=8501, ge=1, le=65535, validation_alias="VIDEOGEN_PORT")
    comfy_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="VIDEOGEN_COMFY_URLS"
    )
    google_base_url: str | None = Field(default=None, validation_alias="VIDEOGEN_GOOGLE_BASE_URL")
    google_cloud_project: str | None = Field(default=None, validation_alias="GOOGLE_CLOUD_PROJECT")
    google_cloud_location: str = Field(
        default="us-central1", validation_alias="GOOGLE_CLOUD_LOCATION"
    )
    gemini_api_key: SecretStr | None = Field(default=None, validation_alias="GEMINI_API_KEY")
    replicate_api_token: SecretStr | None = Field(
        default=None, validation_alias="REPLICATE_API_TOKEN"
    )
    replicate_base_url: str | None = Field(
        default=None, validation_alias="VIDEOGEN_REPLICATE_BASE_URL"
    )
    language: str | None = Field(default=None, validation_alias="VIDEOGEN_LANGUAGE")
    monthly_cap_usd: Decimal = Field(
        default=Decimal(50), ge=0, validation_alias="VIDEOGEN_MONTHLY_CAP_USD"
    )
    listen: str = Field(default="127.0.0.1", validation_alias="VIDEOGEN_LISTEN")
    public_url: str | None = Field(default=None, validation_alias="VIDEOGEN_PUBLIC_URL")
    open_without_sign_in: str | None = Field(
        default=None, validation_alias="VIDEOGEN_OPEN_WITHOUT_SIGN_IN"
    )
    oidc_metadata_url: str | None = Field(
        default=None, validation_alias="VIDEOGEN_OIDC_METADATA_URL"
    )
    oidc_client_id: str | None = Field(default=None, validation_alias="VIDEOGEN_OIDC_CLIENT_ID")
    oidc_client_secret: SecretStr | None = Field(
        default=None, validation_alias="VIDEOGEN_OIDC_CLIENT_SECRET"
    )
    oidc_name_claim: str = Field(default="email", validation_alias="VIDEOGEN_OIDC_NAME_CLAIM")
    oidc_roles_claim: str = Field(default="roles", validation_alias="VIDEOGEN_OIDC_ROLES_CLAIM")
    sign_in_hours: float = Field(
        default=12, gt=0, le=24 * 30, validation_alias="VIDEOGEN_SIGN_IN_HOURS"
    )
    access_file: Path | None = Field(default=None, validation_alias="VIDEOGEN_ACCESS_FILE")
    server_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="VIDEOGEN_SERVER_NETWORKS"
    )
    backup_dir: Path | None = Field(default=None, validation_alias="VIDEOGEN_BACKUP_DIR")
    backup_every_h: float = Field(default=24, ge=0, validation_alias="VIDEOGEN_BACKUP_EVERY_H")
    backups_kept: int = Field(default=7, ge=1, validation_alias="VIDEOGEN_BACKUPS_KEPT")
    log_format: Literal["json", "text"] | None = Field(
        default=None, validation_alias="VIDEOGEN_LOG_FORMAT"
    )
    api_url: str | None = Field(default=None, validation_alias="VIDEOGEN_API_URL")
    api_token: SecretStr | None = Field(default=None, validation_alias="VIDEOGEN_API_TOKEN")
    production: bool = Field(default=True, validation_alias="VIDEOGEN_PRODUCTION")

    def model_post_init(self, context: object, /) -> None:  # noqa: ARG002 pydantic's signature
        """Whoever read a secret keeps it: no log, error or row tells it."""
        secrets = (getattr(self, name) for name in type(self).model_fields)
        keep_secret(one.get_secret_value() for one in secrets if isinstance(one, SecretStr))

    @property
    def has_sign_in(self) -> bool:
        """People sign in at an OIDC provider; without it everybody is who they say they are."""
        return self.oidc_metadata_url is not None

    @field_validator("comfy_urls", "server_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(url.strip().rstrip("/") for url in value.split(",") if url.strip())
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before .env before videogen.toml."""
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            TomlConfigSettingsSource(settings_cls),
        )


def load_settings() -> Settings:
    """Raises: InvalidInputError: names the variable; its value stays out, it may be a secret."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError("setting", field=name, detail=first["msg"]) from None
    except (SettingsError, tomllib.TOMLDecodeError) as error:
        raise InvalidInputError("setting", field="videogen.toml", detail=error) from None
