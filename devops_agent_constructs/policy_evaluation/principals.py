"""Who asks to assume a role, and whom a trust policy names.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from devops_agent_constructs._role_arn import parse_principal_arn
from devops_agent_constructs.errors import OnboardingInputError
from devops_agent_constructs.policy_evaluation.patterns import may_match
from devops_agent_constructs.policy_evaluation.unknown import (
    NO,
    UNKNOWN,
    UNKNOWN_TEXT,
    YES,
    Answer,
    is_unknown,
    is_wholly_unknown,
    unknown,
)

_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# The availability of each key: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
_OF_ANYBODY = {
    *("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:calledviaawsmcp", "aws:viaawsservice"),
    *("aws:viaawsmcpservice", "aws:ismcpserviceaction", "aws:currenttime", "aws:epochtime", "aws:referer"),
    *("aws:requestedregion", "aws:securetransport", "aws:tagkeys", "aws:useragent"),
    *("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"),
    *("aws:sourceip", "aws:sourceidentity", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce"),
    *("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths", "aws:vpcsourceip"),
    *("sts:awsservicename", "sts:durationseconds", "sts:externalid", "sts:requestcontextproviders"),
    *("sts:rolesessionname", "sts:sourceidentity", "sts:taskpolicyarn", "sts:transitivetagkeys"),
}
_OF_IAM = {
    *("aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:principalorgid"),
    *("aws:principalorgpaths", "aws:principaltype", "aws:userid", "aws:username"),
    *("aws:assumedroot", "aws:chatbotsourcearn", "aws:federatedprovider", "aws:signinsessionarn"),
    *("aws:ec2instancesourceprivateipv4", "aws:ec2instancesourcevpc", "ec2:roledelivery", "ec2:sourceinstancearn"),
    *("aws:multifactorauthage", "aws:multifactorauthpresent", "aws:tokenissuetime"),
    *("codebuild:buildarn", "codebuild:projectarn", "glue:credentialissuingservice", "glue:roleassumedby"),
    *("identitystore:userid", "lambda:sourcefunctionarn", "ssm:sourceinstancearn"),
}
_OF_SERVICES = {
    *("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"),
    *("aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist"),
}
# The name of a tag, or of who says something of a session, is a part of the key.
_WITH_A_NAME = ("aws:requesttag/", "aws:resourcetag/", "iam:resourcetag/", "sts:requestcontext/")
# IAM stores a role or a user by its id, and shows the id once the role or the user is gone.
_SESSION_OF_USER = re.compile(r"arn:aws[a-z-]*:sts::[0-9]{12}:federated-user/[^*?]+")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceCaller:
    """An AWS service that calls with its service principal; it is no AWS principal and has no account.

    Attributes:
        service: e.g. `aidevops.amazonaws.com`.
    """

    service: str

    def __post_init__(self) -> None:
        """Check the name."""
        if _SERVICE.fullmatch(self.service) is None:
            fix = "write it like 'aidevops.amazonaws.com'"
            raise OnboardingInputError("service", self.service, why="not a service principal", fix=fix)

    def __str__(self) -> str:
        """Return plain words."""
        return f"service {self.service}"

    @property
    def context(self) -> dict[str, str]:
        """Condition keys that such a request always has, in lower case."""
        return {"aws:principalisawsservice": "true", "aws:principalservicename": self.service}

    def may_have(self, key: str) -> bool:
        """Tell whether a request of a service may have a key, in lower case; none has those of roles and users."""
        return key in _OF_ANYBODY | _OF_SERVICES or key.startswith(_WITH_A_NAME)


@dataclass(frozen=True, kw_only=True, slots=True)
class IamCaller:
    """A role, a session of a role, or a user.

    Not the root user, nor a federated user session: they cannot call AssumeRole
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html).

    Attributes:
        arn: Of the role, of the user, or of the session: `arn:aws:sts::<account>:assumed-role/<role>/<session>`.
    """

    arn: str

    def __post_init__(self) -> None:
        """Check the ARN."""
        if is_unknown(self.arn):
            return
        arn = parse_principal_arn(self.arn)
        if arn is None or arn.kind == "root" or not arn.is_one:
            why = "not the ARN of one role, session of a role, or user"
            fix = "write it like 'arn:aws:iam::111111111111:role/DevOpsAgentRole-AgentSpace'"
            raise OnboardingInputError("arn", self.arn, why=why, fix=fix)

    def __str__(self) -> str:
        """Return plain words."""
        return self.arn

    @property
    def account_id(self) -> str:
        """The caller's account."""
        arn = parse_principal_arn(self.arn)
        return unknown("the account of", self.arn) if arn is None else arn.account_id

    @property
    def context(self) -> dict[str, str]:
        """Condition keys that such a request always has, in lower case."""
        arn, principal_arn = parse_principal_arn(self.arn), self.arn
        # A session calls as its role; its ARN does not tell the role's path.
        if arn is not None and arn.kind == "assumed-role":
            principal_arn = f"arn:{arn.partition}:iam::{arn.account_id}:role/{arn.role_name}"
        return {
            "aws:principalarn": principal_arn,
            "aws:principalaccount": self.account_id,
            "aws:principalisawsservice": "false",
        }

    def may_have(self, key: str) -> bool:
        """Tell whether a request of a role or user may have a key, in lower case; none has those of services."""
        return key in _OF_ANYBODY | _OF_IAM or key.startswith((*_WITH_A_NAME, "aws:principaltag/"))


Caller = ServiceCaller | IamCaller


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """One entry of a Principal element.

    Attributes:
        kind: `AWS`, `Service` or `Federated`.
        value: `*`, an account id, an ARN, a service, an identity provider.
    """

    kind: str
    value: str

    @property
    def is_deleted(self) -> bool:
        """Whether it is the id of a role or user that is gone, which IAM shows and does not take."""
        return self.kind == "AWS" and _UNIQUE_ID.fullmatch(self.value) is not None

    @property
    def is_well_formed(self) -> bool:
        """Whether IAM takes an entry of the kind `AWS`, as far as it is known."""
        if self.value == "*" or self.is_deleted or _SESSION_OF_USER.fullmatch(self.value):
            return True
        arn, known = parse_principal_arn(self.value), UNKNOWN.sub("", self.value)
        return not set("*?") & set(known) if known != self.value else arn is not None and arn.is_one

    def covers(self, caller: Caller) -> Answer:
        """Tell whether the entry names the caller.

        `*` covers services too, also as `{"AWS": "*"}`; AWS calls both "all principals". Within a longer name IAM knows
        no wildcard, so that such an entry covers nobody.
        """
        if self.kind == "AWS" and self.value == "*":
            return YES
        if self.kind != ("Service" if isinstance(caller, ServiceCaller) else "AWS"):
            return UNKNOWN_TEXT if self.kind == "AWS" and is_wholly_unknown(self.value) else NO
        named = self._covers(caller)
        is_open = is_unknown(self.value) or (isinstance(caller, IamCaller) and is_unknown(caller.arn))
        return YES if named else UNKNOWN_TEXT if is_open and self._may_cover(caller) else NO

    def _covers(self, caller: Caller) -> bool:
        if isinstance(caller, ServiceCaller):
            return self.value == caller.service
        named, asks = parse_principal_arn(self.value), parse_principal_arn(caller.arn)
        if self.value == caller.arn or named is None or asks is None:
            return self.value == caller.arn
        is_of_account = named.account_id == asks.account_id and named.partition in {"", asks.partition}
        # By name: role names are unique in an account, whatever their path, and a session's ARN leaves the path out.
        is_its_role = named.kind == "role" and asks.kind == "assumed-role" and named.name == asks.role_name
        return is_of_account and (named.kind == "root" or is_its_role)

    def _may_cover(self, caller: Caller) -> bool:
        if isinstance(caller, ServiceCaller):
            return may_match(self.value, caller.service, None)
        arn = parse_principal_arn(caller.arn)
        root = f"arn:{caller.arn if arn is None else arn.partition}:iam::{caller.account_id}:root"
        # The account by its id alone, too, where that is known.
        return any(may_match(self.value, name, None) for name in (caller.arn, root, root[-17:-5]))

    def __str__(self) -> str:
        """Return plain words."""
        if self.kind != "AWS":
            return f"service {self.value}" if self.kind == "Service" else f"users whom {self.value} signed in"
        if self.value == "*":
            return "anybody in any AWS account, and any AWS service"
        arn = parse_principal_arn(self.value)
        if arn is not None and arn.kind == "root":
            return f"every principal of account {arn.account_id}"
        if self.is_deleted:
            return f"nobody: {self.value} is the id of a role or user that was deleted"
        if "*" in self.value or "?" in self.value:
            return f"nobody: IAM knows no wildcard within a principal ({self.value})"
        return self.value
