#!/usr/bin/python3
"""Turns the administrator's secret, read from standard input, into CouchDB's settings and a
login for curl. Only the sum of the password is in the settings, in the form that CouchDB itself
would give it; one that is right is kept, so that another run changes nothing."""
import hashlib
import json
import os
import re
import secrets
import sys

# Once for each request. A generated password needs no more.
ROUNDS = 10

# CouchDB's user inside the image.
OWNER = 5984

SETTINGS = """; Written at every boot. Settings of your own go into a file that sorts after this one.
[couchdb]
single_node = true

[chttpd]
bind_address = 0.0.0.0
port = 5984
require_valid_user = true
require_valid_user_except_for_up = true

[cluster]
n = 1

[log]
writer = stderr
level = info

[disk_monitor]
enable = true

[admins]
{name} = {sum}
"""


def sum_of(password, salt):
    key = hashlib.pbkdf2_hmac("sha1", password.encode(), salt.encode(), ROUNDS).hex()
    return f"-pbkdf2-{key},{salt},{ROUNDS}"


def present_salt(path):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(r"-pbkdf2-[0-9a-f]{40},([0-9a-f]{32}),", file.read())
    except FileNotFoundError:
        return None
    return found and found.group(1)


def read_secret(text):
    try:
        secret = json.loads(text)
        name, password = secret["username"], secret["password"]
    except (ValueError, KeyError, TypeError):
        sys.exit('the secret: want {"username": ..., "password": ...}')
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", name):
        sys.exit("the secret's username: want a letter, then up to 63 of letters, digits, _ . -")
    if not isinstance(password, str) or not 12 <= len(password) <= 512 or not password.isprintable():
        sys.exit("the secret's password: want 12 to 512 printable characters")
    return name, password


def write(path, text, owner=None):
    # The folder is CouchDB's: what it may have put there is not followed.
    new = path + ".new"
    if os.path.lexists(new):
        os.unlink(new)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        if owner is not None:
            os.fchown(descriptor, owner, owner)
    os.replace(new, path)


def main():
    settings, login = sys.argv[1:]
    name, password = read_secret(sys.stdin.read())
    salt = present_salt(settings) or secrets.token_hex(16)
    write(settings, SETTINGS.format(name=name, sum=sum_of(password, salt)), OWNER)
    quoted = f"{name}:{password}".replace("\\", "\\\\").replace('"', '\\"')
    write(login, f'user = "{quoted}"\n')


main()
