"""Files that the tool reads: what is no ordinary text file ends in one error, at once; other people's stay secret."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from devops_agent_constructs import OnboardingInputError
from devops_agent_constructs.config import from_file
from tests.accounts_files import ACCOUNTS, SPACE, refusal

CREATE = "correct the path; a relative one counts from the working folder"
NOT_REGULAR = "cannot be read: not a regular file, but a pipe, a device or a socket"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def error_of(path: str) -> str:
    """Return the error of reading a path, after checking that it comes without waiting."""
    said: list[str] = []

    def read() -> None:
        try:
            from_file(Path(path))
        except OnboardingInputError as error:
            said.append(str(error))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive(), "it waits"
    [message] = said
    return message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reads_what_editors_and_powershell_write(encoding: str, end: str) -> None:
    """Windows PowerShell's `>` writes UTF-16 with a byte order mark and line ends of Windows."""
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    Path("accounts.yaml").write_bytes((mark + SPACE + ACCOUNTS).replace("\n", end).encode(encoding))
    assert [account.account_id for account in from_file(Path("accounts.yaml")).accounts] == ["222222222222"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1"])
def test_says_which_encoding_to_save_in(encoding: str) -> None:
    """Not that a character must go, which is in every second place."""
    Path("accounts.yaml").write_bytes(f"{SPACE}{ACCOUNTS}# ü\n".encode(encoding))
    with pytest.raises(OnboardingInputError, match=r"^file='accounts.yaml': not text in UTF-8; save it as UTF-8$"):
        from_file(Path("accounts.yaml"))


def fifo() -> str:
    """Make a FIFO that nobody writes into."""
    os.mkfifo("fifo.yaml")
    return "fifo.yaml"


def link_to_fifo() -> str:
    """Make a link to a FIFO."""
    os.mkfifo("fifo")
    Path("link.yaml").symlink_to("fifo")
    return "link.yaml"


def unix_socket() -> str:
    """Make a socket."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.yaml")
    return "socket.yaml"


@pytest.mark.parametrize("make", [fifo, link_to_fifo, unix_socket, lambda: "/dev/zero", lambda: "/dev/tty"])
def test_what_is_no_regular_file_is_not_opened(make: Callable[[], str]) -> None:
    """Nobody may ever write into a FIFO, and a device has no end."""
    path = make()
    assert error_of(path) == f"file={path!r}: {NOT_REGULAR}; {CREATE}"


def test_process_substitution_is_refused() -> None:
    """`<(...)` of a shell is a FIFO, too."""
    reading, writing = os.pipe()
    path = f"/dev/fd/{reading}"
    assert error_of(path) == f"file={path!r}: {NOT_REGULAR}; {CREATE}"
    os.close(reading)
    os.close(writing)


def test_a_link_to_a_file_is_read() -> None:
    """As tools that manage configurations make them."""
    Path("real.yaml").write_text(SPACE + ACCOUNTS, encoding="utf-8")
    Path("link.yaml").symlink_to("real.yaml")
    assert from_file(Path("link.yaml")).accounts[0].account_id == "222222222222"


def test_a_huge_file_is_not_read_to_its_end() -> None:
    """A terabyte takes no longer than a mebibyte."""
    with Path("huge.yaml").open("wb") as file:
        file.truncate(2**40)
    more = "it has more than 1 MiB, far above what such a file can need"
    assert error_of("huge.yaml") == f"file='huge.yaml': {more}; {CREATE}"


def test_ten_thousand_accounts_fit() -> None:
    """With names as comments, and a Region each."""
    lines = [f'  - {{id: "{n:012}", region: eu-west-1}}  # workload {n} of a unit' for n in range(10_000)]
    Path("many.yaml").write_text("\n".join([SPACE + "accounts:", *lines]), encoding="utf-8")
    assert len(from_file(Path("many.yaml")).accounts) == 10_000


SECRET = "hunter2-AKIAFAKEFAKEFAKEFAKE"  # pragma: allowlist secret
OTHER_PEOPLES_FILES = {
    ".env": f"DB_PASSWORD={SECRET}\nAPI={SECRET}\n",
    "exported.env": f"export AWS_SECRET_ACCESS_KEY='{SECRET}'\n",
    "colons.env": f"PASSWORD: {SECRET}\nPASSWORD: {SECRET}\n{SECRET}: 1\n1: {SECRET}\n",
    "credentials": f"[default]\naws_access_key_id = {SECRET}\naws_secret_access_key = {SECRET}\n",
    "kubeconfig.yaml": f"apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {{token: {SECRET}}}\n",
    "secret.yaml": f"apiVersion: v1\nkind: Secret\ndata: {{password: {SECRET}, other: !!binary {SECRET}}}\n",
    "two.yaml": f"password: {SECRET}\n---\npassword: {SECRET}\n",
    "key.pem": "".join(("-----BEGIN PRIVATE ", f"KEY-----\n{SECRET}\n{SECRET}==\n-----END PRIVATE KEY-----\n")),
    "terraform.tfstate": f'{{"version": 4, "outputs": {{"password": {{"value": "{SECRET}"}}}}}}',
    "state.json": f'{{"version": 4, "outputs": {{"password": {{"value": "{SECRET}"}}}}}}',
    "region.json": f'{{"region": "{SECRET}", "role": "{SECRET}", "generation": "{SECRET}"}}',
    "broken.json": f'{{"password": "{SECRET}", {SECRET}',
    "text.json": f"PASSWORD={SECRET}\n",
    "list.yaml": f"- {SECRET}\n- {{password: {SECRET}}}\n",
    "alias.yaml": f"password: *{SECRET}\n",
    "anchor.yaml": f"a: &{SECRET} 1\nb: &{SECRET} 2\nc: [",
    "tag.yaml": f"password: !{SECRET} x\n",
    "handle.yaml": f"password: !{SECRET}!x y\n",
    "directive.yaml": f"%{SECRET}\n---\na: 1\n",
    "quoted.yaml": f'password: "{SECRET}\n',
    "folded.yaml": f"password: >{SECRET}\n",
    "keyless.yaml": f"password: {SECRET}\n{SECRET}\nother: 1\n",
    "latin1.txt": None,
}


@pytest.mark.parametrize("name", OTHER_PEOPLES_FILES)
def test_no_value_of_other_peoples_files_is_quoted(name: str) -> None:
    """A file named by mistake may hold secrets, and logs are read by many; also no traceback has them."""
    text = OTHER_PEOPLES_FILES[name]
    Path(name).write_bytes(f"Schlüssel={SECRET}".encode("latin-1") if text is None else text.encode())
    with pytest.raises(OnboardingInputError) as caught:
        from_file(Path(name))
    error: BaseException | None = caught.value
    assert "hunter2" not in str(error)
    assert len(str(error).splitlines()) == 1
    assert error is not None
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_the_value_of_an_unknown_key_is_not_quoted() -> None:
    """Nobody knows what it is, also where the file is ours."""
    error = refusal(SPACE + ACCOUNTS + f"passwort: {SECRET}\n")
    assert str(error).startswith("devops-agent.yaml:3:1: passwort: no such key; use one of: ")
    assert "hunter2" not in str(refusal(f"accounts: [{{name: a, password: {SECRET}}}]"))


ESCAPES = {
    "colour": "\x1b[31mred",
    "title": "\x1b]0;owned\x07",
    "C1": "\x9b31m",
    "bell": "a\x07",
    "right to left": "\u202egpj",
    "isolate": "\u2066a\u2069",
    "zero width": "a\u200bb",
    "line separator": "a\u2028b",
    "tag character": "a\U000e0041",
    "half": "a\ud83d",
    "carriage return": "a\rerror: b",
}


@pytest.mark.parametrize("name", ESCAPES)
def test_nothing_that_a_terminal_obeys_is_in_a_message(name: str) -> None:
    """Whatever stands in field, value, why, fix or place comes out as text."""
    text = ESCAPES[name]
    made = OnboardingInputError(text, {text: [text]}, why=text, fix=text, location=text)
    for error in (made, made.at(text, location=text)):
        assert str(error).isprintable()
        assert str(error).encode()
        assert error.what.isprintable()


@pytest.mark.parametrize("escape", ["\\e[31m", "\\x9b31m", "\\u202e", "\\u200b", "\\r", "\\u2028"])
@pytest.mark.parametrize(
    "text",
    [
        SPACE + ACCOUNTS + '"{}": 1\n',
        SPACE + ACCOUNTS + '"{}": 1\n"{}": 1\n',
        SPACE + 'accounts: ["{}"]\n',
        SPACE + ACCOUNTS + 'role: {{name: "{}", description: "{}"}}\n',
        SPACE + ACCOUNTS + 'role: {{capabilities: ["{}"]}}\n',
        SPACE + ACCOUNTS + 'role: {{capabilities: [{{s3_objects: {{buckets: "{}"}}}}]}}\n',
        SPACE + ACCOUNTS + 'generation: "{}"\n',
        'agent_space_arn: "{}"\n' + ACCOUNTS,
    ],
)
def test_escapes_of_a_file_come_out_as_text(text: str, escape: str) -> None:
    """The same through the whole reader: keys, values, and what is made of them."""
    assert str(refusal(text.replace("{{", "{").replace("}}", "}").replace("{}", escape))).isprintable()


def test_a_files_name_comes_out_as_text() -> None:
    """A name may hold any byte but two."""
    name = "\x1b[31m\u202e\n.yaml"
    Path(name).write_text("a: [", encoding="utf-8")
    assert str(refusal("a: [", name)).isprintable()
    assert error_of("\x1b.yaml").isprintable()


def test_enormous_values_are_cut() -> None:
    """A message stays short, whatever is in it."""
    long = "x" * 900_000
    assert len(str(refusal(SPACE + ACCOUNTS + f"generation: {long}"))) < 3_000
    assert len(str(refusal(SPACE + ACCOUNTS + f"role: {{managed_policies: {long}}}"))) < 3_000
    assert len(str(refusal('{"accounts": {"' + long[:1000] + '": 1}}', "a.json"))) < 3_000
    assert len(str(OnboardingInputError("a", 16**6_000, why=long, fix=long))) < 5_000


@pytest.mark.parametrize("missing", [("msgspec",), ("yaml",), ("msgspec", "yaml")], ids="+".join)
def test_a_missing_extra_is_one_line(missing: tuple[str, ...]) -> None:
    """Importing works without it, and reading says how to install it."""
    Path("devops-agent.yaml").write_text(SPACE + ACCOUNTS, encoding="utf-8")
    code = (
        "import sys\n"
        "class Missing:\n"
        f"    def find_spec(self, name, *_):\n        if name in {missing!r}: raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "import importlib.util as util; found = util.find_spec\n"
        f"util.find_spec = lambda name: None if name in {missing!r} else found(name)\n"
        "from devops_agent_constructs import OnboardingInputError, config\n"
        "from pathlib import Path\n"
        "try: config.from_file(Path('devops-agent.yaml'))\n"
        "except OnboardingInputError as error: sys.exit(f'error: {error}')\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    names = " and ".join(missing).replace("yaml", "PyYAML")
    takes = f"reading devops-agent.yaml takes {names}, which {'is' if len(missing) == 1 else 'are'} not installed"
    assert (
        result.stderr == f"error: extra='app': {takes}; in a clone of the repository: python3 -m pip install '.[app]'\n"
    )
    assert result.returncode == 1
