"""A company's directory, played by libraries that nobody here wrote, against a running demo."""

import json
import sys
import time
import urllib.request
import uuid

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import PatchOp, PatchOperation, SearchRequest
from scim2_tester import Status, check_server

url = sys.argv[1]


def ask(method, path, body=None, cookie=None):
    """What the web app would ask; gives the answer and its cookie."""
    headers = {"content-type": "application/json", "x-ponimau-csrf": "1", "idempotency-key": str(uuid.uuid4())}
    if cookie:
        headers["cookie"] = cookie
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers, method=method)) as answer:
        return json.load(answer), (answer.headers.get("set-cookie") or "").split(";")[0]


def endpoint():
    """A fresh company's address and token, made as the administrator makes them."""
    people, _ = ask("GET", "/api/demo/people")
    admin = next(person["id"] for person in people if "admin" in person["capabilities"])
    _, cookie = ask("POST", "/api/demo/sign-in", {"person_id": admin})
    company, _ = ask("POST", "/api/operator/companies", {"name": f"SCIM {uuid.uuid4()}"}, cookie)
    made, _ = ask("POST", f"/api/operator/companies/{company['id']}/scim/tokens", {}, cookie)
    return f"{url}/scim/v2/{company['id']}", made["token"]


def conforms(client):
    """Whether every check of the tester passes; says which do not."""
    results = check_server(client)
    failed = [result for result in results if result.status not in (Status.SUCCESS, Status.SKIPPED)]
    for result in failed:
        print(f"{result.status.name}: {result.title} {result.resource_type or ''}: {result.reason}")
    skipped = [result for result in results if result.status == Status.SKIPPED]
    for result in skipped:
        print(f"skipped: {result.title}: {result.reason}")
    passed = len(results) - len(failed) - len(skipped)
    print(f"scim2-tester: {passed} passed, {len(skipped)} skipped, {len(failed)} failed")
    # Fewer than there were would mean that it has stopped looking.
    return not failed and passed >= 40


def provisions(client):
    """Joins, is found, leaves: by a client's own calls."""
    User = client.get_resource_model("User")
    anna = client.create(User(user_name="anna", active=True, emails=[User.Emails(value="anna@firma.example", type="work")]))
    found = client.query(User, query_parameters=SearchRequest(filter='userName eq "ANNA" and active eq true'))
    assert [user.id for user in found.resources] == [anna.id], found
    off = PatchOp[User](operations=[PatchOperation(op=PatchOperation.Op.replace_, path="active", value=False)])
    assert client.modify(User, anna.id, off).active is False
    client.delete(User, anna.id)
    gone = client.query(User, query_parameters=SearchRequest(filter='userName eq "anna"'))
    assert not gone.resources, gone
    return True


def main():
    began = time.monotonic()
    address, token = endpoint()
    client = SyncSCIMClient(Client(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=20))
    is_good = conforms(client)
    client.discover()
    is_good = provisions(client) and is_good
    print(f"{time.monotonic() - began:.1f} s")
    sys.exit(0 if is_good else 1)


main()
