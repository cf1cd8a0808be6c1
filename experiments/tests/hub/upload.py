"""Puts one large file into a repository of the mock Hub: upload.py ENDPOINT OWNER/NAME FILE PATH. Standard library only."""
import hashlib, json, sys, urllib.error, urllib.request

endpoint, repository, file, path = sys.argv[1:]
owner, name = repository.split("/")
data = open(path, "rb").read()
oid = hashlib.sha256(data).hexdigest()


def send(method, where, body):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(endpoint + where, data=body, method=method, headers={"Authorization": "Bearer t"})
    return urllib.request.urlopen(request).read()


try:
    send("POST", "/api/repos/create", {"name": name, "organization": owner, "type": "model"})
except urllib.error.HTTPError as error:
    if error.code != 409:  # it is there already
        raise
send("PUT", f"/lfs/put/{oid}", data)
lines = [
    {"key": "header", "value": {"summary": "a network"}},
    {"key": "lfsFile", "value": {"path": file, "algo": "sha256", "oid": oid, "size": len(data)}},
]
answer = send("POST", f"/api/models/{repository}/commit/main", "\n".join(map(json.dumps, lines)).encode())
print(json.loads(answer)["commitOid"])
