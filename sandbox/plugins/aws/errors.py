"""What AWS' errors say, and what "not found" means."""

from typing import Any


def error_code(error: BaseException) -> str:
    """AWS' code for an error, empty when it is not AWS'."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def is_gone(error: BaseException) -> bool:
    """Whether the error says that the resource does not exist."""
    code = error_code(error)
    return "NotFound" in code or code.startswith("NoSuch") or code == "404"


def describe(error: BaseException) -> str:
    """An error as the user sees it: which call, AWS' code and message."""
    code = error_code(error)
    if code:
        response: Any = getattr(error, "response", {})
        return f"{getattr(error, 'operation_name', '')}: {code}: {response['Error'].get('Message', '')}"
    return str(error) or type(error).__name__
