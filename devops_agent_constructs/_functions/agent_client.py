"""Calls AWS DevOps Agent by signed HTTP: which boto3 a Lambda runtime brings is unpublished, and some lack the service.

Field reports of `Unknown service: 'devops-agent'` are of 2026; botocore knows it since 1.42.79. Paths and names are
those of botocore's `devops-agent` model, API version 2026-01-01, with which the tests compare each request and answer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectionError,  # noqa: A004  # botocore's name
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies, parse_timestamp

Answer = Mapping[str, Any]
_SIGNING_NAME = "aidevops"
# The host prefix of the control plane, before the endpoint of botocore's rule set for the service.
_HOST = "cp.aidevops"
_SUFFIXES = {"cn-": "api.amazonwebservices.com.cn"}
_SPACE = "/v1/agentspaces/{agentSpaceId}"
_ASSOCIATION = _SPACE + "/associations/{associationId}"
_TIMES = frozenset({"createdAt", "updatedAt", "lastEvaluatedAt"})
_CONNECT_SECONDS, _READ_SECONDS = 5, 30
# botocore's clients call again, too, when nobody answers; what AWS answers is for the caller to judge.
_ATTEMPTS = 3
_FIRST_ERROR = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class _Operation:
    name: str
    method: str
    path: str
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    has_answer: bool = True


class AgentClient:
    """Has the methods of boto3's client `devops-agent` that this library calls, with its parameters and answers.

    An answer that is an error raises botocore's ClientError, as boto3 does. What is in an answer beyond botocore's
    model stays in it: botocore drops it.
    """

    def __init__(
        self,
        region: str,
        *,
        session: botocore.session.Session | None = None,
        send: Callable[[Any], Any] | None = None,
    ) -> None:
        """Read the environment; nothing is called.

        A custom endpoint, `AWS_ENDPOINT_URL_DEVOPS_AGENT` or `AWS_ENDPOINT_URL`, is taken as it is, without the prefix
        `cp.` of the host.

        Args:
            region: The Agent Space's.
            session: With the credentials. None: one of its own, as boto3 would find them.
            send: Sends a prepared request and returns an answer, as `URLLib3Session.send` does. None: over the network.
        """
        suffix = next((value for start, value in _SUFFIXES.items() if region.startswith(start)), "api.aws")
        given = os.environ.get("AWS_ENDPOINT_URL_DEVOPS_AGENT") or os.environ.get("AWS_ENDPOINT_URL")
        self._region, self._url = region, (given or f"https://{_HOST}.{region}.{suffix}").rstrip("/")
        self._session = session or botocore.session.get_session()
        self._send = send or self._http().send

    def get_agent_space(self, **parameters: Any) -> Answer:  # noqa: ANN401  # as boto3's; so the others
        """GetAgentSpace."""
        return self._call(_Operation(name="GetAgentSpace", method="GET", path=_SPACE), parameters)

    def list_associations(self, **parameters: Any) -> Answer:  # noqa: ANN401
        """ListAssociations: a page, with `nextToken` if there is another."""
        query, path = ("maxResults", "nextToken", "filterServiceTypes"), _SPACE + "/associations/list"
        return self._call(_Operation(name="ListAssociations", method="POST", path=path, query=query), parameters)

    def get_association(self, **parameters: Any) -> Answer:  # noqa: ANN401
        """GetAssociation."""
        return self._call(_Operation(name="GetAssociation", method="GET", path=_ASSOCIATION), parameters)

    def associate_service(self, **parameters: Any) -> Answer:  # noqa: ANN401
        """AssociateService."""
        body, path = ("serviceId", "configuration"), _SPACE + "/associations"
        return self._call(_Operation(name="AssociateService", method="POST", path=path, body=body), parameters)

    def update_association(self, **parameters: Any) -> Answer:  # noqa: ANN401
        """UpdateAssociation, which replaces the whole configuration."""
        operation = _Operation(name="UpdateAssociation", method="PATCH", path=_ASSOCIATION, body=("configuration",))
        return self._call(operation, parameters)

    def disassociate_service(self, **parameters: Any) -> Answer:  # noqa: ANN401
        """DisassociateService."""
        operation = _Operation(name="DisassociateService", method="DELETE", path=_ASSOCIATION, has_answer=False)
        return self._call(operation, parameters)

    def validate_aws_associations(self, **parameters: Any) -> Answer:  # noqa: ANN401
        """ValidateAwsAssociations: of the whole Agent Space, which AWS does after it has answered."""
        path = _SPACE + "/associations/validate"
        operation = _Operation(name="ValidateAwsAssociations", method="POST", path=path, has_answer=False)
        return self._call(operation, parameters)

    def _http(self) -> URLLib3Session:
        timeout: Any = (_CONNECT_SECONDS, _READ_SECONDS)
        return URLLib3Session(
            verify=self._session.get_config_variable("ca_bundle") or True,
            proxies=get_environ_proxies(self._url),
            timeout=timeout,
        )

    def _call(self, operation: _Operation, parameters: Mapping[str, Any]) -> Answer:
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._answer(operation, parameters)
            except (ConnectionError, HTTPClientError):  # noqa: PERF203  # Nobody answered; the last attempt says so.
                continue
        return self._answer(operation, parameters)

    def _answer(self, operation: _Operation, parameters: Mapping[str, Any]) -> Answer:
        response = self._send(self._signed(operation, parameters))
        content: bytes = response.content
        if response.status_code >= _FIRST_ERROR:
            raise _error(operation.name, response.status_code, response.headers, content)
        try:
            answer = _with_times(json.loads(content)) if content or operation.has_answer else {}
        except ValueError as error:  # The connection ended in the middle, which urllib3 does not always notice.
            raise ConnectionClosedError(endpoint_url=self._url) from error
        return {**answer, "ResponseMetadata": _metadata(response.status_code, response.headers)}

    def _signed(self, operation: _Operation, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Return a request, signed now: a signature is good for minutes, and credentials of a role change."""
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        request = AWSRequest(**_request(operation, parameters, self._url))
        request.headers["User-Agent"] = self._session.user_agent()
        SigV4Auth(credentials.get_frozen_credentials(), _SIGNING_NAME, self._region).add_auth(request)
        return request.prepare()


def _request(operation: _Operation, parameters: Mapping[str, Any], url: str) -> dict[str, Any]:
    in_path = [part.partition("}")[0] for part in operation.path.split("{")[1:]]
    unknown = parameters.keys() - {*in_path, *operation.query, *operation.body}
    missing = {*in_path, *operation.body} - parameters.keys()
    # An empty part of the path would make it that of another operation.
    missing |= {name for name in in_path if not parameters.get(name)}
    if unknown or missing:
        report = f"{operation.name}: unknown {sorted(unknown)}, missing {sorted(missing)}"
        raise ParamValidationError(report=report)
    path = operation.path.format(**{name: quote(str(parameters[name]), safe="-._~") for name in in_path})
    query = urlencode([(name, parameters[name]) for name in operation.query if name in parameters], quote_via=quote)
    request: dict[str, Any] = {"method": operation.method, "url": f"{url}{path}{'?' if query else ''}{query}"}
    if operation.body:
        body = json.dumps({name: parameters[name] for name in operation.body})
        request |= {"data": body.encode(), "headers": {"Content-Type": "application/json"}}
    return request


def _with_times(value: Any) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, list):
        return [_with_times(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: parse_timestamp(part) if key in _TIMES and not isinstance(part, dict | list) else _with_times(part)
        for key, part in value.items()
        if part is not None
    }


def _error(operation: str, status: int, headers: Mapping[str, str], content: bytes) -> ClientError:
    """Make what botocore makes of an answer that is an error; one in between, of a proxy, has no JSON."""
    try:
        body = json.loads(content)
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    # Like `ThrottlingException:http://...` in the header, or `prefix#ThrottlingException` in a body.
    code = str(headers.get("x-amzn-errortype") or body.get("code") or body.get("__type") or status)
    message = body.get("message") or body.get("Message") or ""
    answer: Any = {
        "Error": {"Code": code.partition(":")[0].rpartition("#")[2], "Message": message},
        "ResponseMetadata": _metadata(status, headers),
    }
    return ClientError(answer, operation)


def _metadata(status: int, headers: Mapping[str, str]) -> dict[str, Any]:
    return {"HTTPStatusCode": status, "RequestId": headers.get("x-amzn-requestid", "")}
