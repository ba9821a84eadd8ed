"""The settings of the archive, where old versions of documents go."""

from typing import Annotated, Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings


class ArchiveSettings(BaseSettings):
    """S3-compatible storage; nothing of it is used without a bucket."""

    s3_bucket: str | None = Field(
        None,
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description="Bucket for what documents said long ago; without one it stays in MongoDB",
    )
    s3_endpoint_url: HttpUrl | None = Field(
        None, repr=False, description="S3-compatible server; default Amazon's"
    )
    s3_region: str = Field("us-east-1", min_length=1, description="Region of the bucket")
    s3_access_key_id: str | None = Field(
        None, description="Key for the bucket; default what the machine is allowed to do"
    )
    s3_secret_access_key: SecretStr | None = Field(None, description="Its secret")
    archive_after: Annotated[float, Field(ge=0)] = Field(
        30.0, description="Days after which an earlier version moves to the bucket"
    )

    @model_validator(mode="after")
    def _key_has_its_secret(self) -> Self:
        if (self.s3_access_key_id is None) is not (self.s3_secret_access_key is None):
            raise ValueError("S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: set both or neither")
        return self
