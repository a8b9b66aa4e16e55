"""How the resource handler of `AWS::CloudFormation::StackSet` says no."""

from typing import NoReturn

from moto.core.exceptions import ServiceException


class HandlerRefused(ServiceException):
    """The resource could not be created, updated or deleted."""

    code = "ValidationError"

    def __init__(self, why: str) -> None:
        super().__init__(f'Resource handler returned message: "{why}"')

    def __str__(self) -> str:
        """The message alone, as CloudFormation puts it into its events."""
        return str(self.message)


def refuse(why: str) -> NoReturn:
    """Refuse what the handler itself refuses."""
    raise HandlerRefused(f"Invalid request provided: {why}")


def refuse_as_service(why: str) -> NoReturn:
    """Refuse what the service refuses when the handler asks it."""
    raise HandlerRefused(f"{why} (Service: CloudFormation, Status Code: 400)")
