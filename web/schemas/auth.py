"""Sessions and accounts as clients see them."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from shared.domain.accounts import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    EmailAddress,
    choose_password,
    read_email,
    read_password,
)
from web.schemas.common import RequestBody, ResponseBody

_LONGEST_TOKEN = 200
_HIDDEN = {"format": "password", "writeOnly": True}

Email = Annotated[str, Field(min_length=3, max_length=LONGEST_EMAIL)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Password = Annotated[
    str, Field(min_length=1, max_length=LONGEST_PASSWORD, json_schema_extra=dict(_HIDDEN))
]
NewPassword = Annotated[
    str,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        json_schema_extra=dict(_HIDDEN),
    ),
]
RefreshToken = Annotated[str, Field(min_length=1, max_length=_LONGEST_TOKEN)]


class SessionView(ResponseBody):
    """A new anonymous session; each use begins its 24 h anew."""

    session_id: str
    expires_at: str


class AddressedBody(RequestBody):
    """A body with an e-mail address."""

    email: Email

    @field_validator("email")
    @classmethod
    def _is_an_address(cls, email: str) -> str:
        read_email(email)
        return email

    def address(self) -> EmailAddress:
        """Return the address in its normal form."""
        return read_email(self.email)


class RegisterBody(AddressedBody):
    """A new account; the name may be changed at any time."""

    password: NewPassword
    name: Name = ""

    @field_validator("password")
    @classmethod
    def _will_do(cls, password: str, info: ValidationInfo) -> str:
        if "email" not in info.data:
            return read_password(password)
        return choose_password(password, read_email(info.data["email"]))

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        return _named(name)


class LoginBody(AddressedBody):
    """An account, and the password to it; the name is taken and means nothing."""

    password: Password
    name: Name | None = None

    @field_validator("password")
    @classmethod
    def _can_be_one(cls, password: str) -> str:
        return read_password(password)


class RefreshBody(RequestBody):
    """The refresh token that came last."""

    refresh_token: RefreshToken


class LogoutBody(RefreshBody):
    """The login to end; with `everywhere` all logins of its user."""

    everywhere: bool = False


class PasswordBody(RequestBody):
    """The password as it is, and as it is to be."""

    current_password: Password
    new_password: NewPassword

    @field_validator("current_password", "new_password")
    @classmethod
    def _can_be_one(cls, password: str) -> str:
        return read_password(password)


class ProfileBody(RequestBody):
    """What to change; another e-mail address needs `current_password`."""

    name: Name | None = None
    email: Email | None = None
    current_password: Password | None = None

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str | None) -> str | None:
        return None if name is None else _named(name)

    @field_validator("email")
    @classmethod
    def _is_an_address(cls, email: str | None) -> str | None:
        if email is not None:
            read_email(email)
        return email

    @field_validator("current_password")
    @classmethod
    def _can_be_one(cls, password: str | None) -> str | None:
        return None if password is None else read_password(password)

    @model_validator(mode="after")
    def _is_confirmed(self) -> Self:
        if self.email is not None and self.current_password is None:
            raise ValueError("Another `email` needs the `current_password`")
        return self

    def address(self) -> EmailAddress | None:
        """Return the new address in its normal form."""
        return None if self.email is None else read_email(self.email)


class LeaveBody(RequestBody):
    """The password confirms that the account is to be deleted."""

    password: Password

    @field_validator("password")
    @classmethod
    def _can_be_one(cls, password: str) -> str:
        return read_password(password)


class UserView(ResponseBody):
    """A user."""

    id: str
    email: str
    name: str
    role: Literal["user", "admin"]


class TokensView(ResponseBody):
    """What lets a user in; `expires_in` is of the access token, in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    user: UserView


def _named(name: str) -> str:
    if "\x00" in name:
        raise ValueError("A name holds no NUL characters")
    return name.strip()
