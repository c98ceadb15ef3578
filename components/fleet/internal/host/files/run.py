#!/usr/bin/python3
"""Runs the container in the foreground of its unit. Values reach it through a file that only root
reads, or through the environment where they have several lines: never through a command line."""
import json
import os

ROOT = os.environ.get("RIGLET_FLEET_ROOT", "")  # only tests set it
SECRETS = ROOT + "/run/riglet-fleet/secrets"
ENVIRONMENT = ROOT + "/run/riglet-fleet/environment"
DOCKER = os.environ.get("RIGLET_FLEET_DOCKER", "/usr/bin/docker")
NAME = "riglet-fleet-app"


def secrets():
    if not os.path.isdir(SECRETS):
        return {}
    found = {}
    for name in sorted(os.listdir(SECRETS)):
        if not name.startswith("."):  # half a value
            with open(os.path.join(SECRETS, name), encoding="utf-8", newline="") as file:
                found[name] = file.read().rstrip("\n")
    return found


def settings():
    """Values that the shell wrote, which Python takes apart in the same way."""
    import shlex
    with open(ROOT + "/etc/riglet-fleet/env", encoding="utf-8") as file:
        return dict(word.split("=", 1) for word in shlex.split(file.read()))


def instance():
    with open(ROOT + "/var/lib/riglet-fleet/instance", encoding="utf-8") as file:
        return file.read().strip()


def main():
    with open(ROOT + "/etc/riglet-fleet/container.json", encoding="utf-8") as file:
        container = json.load(file)
    values = {**(container["environment"] or {}), **secrets()}
    several = sorted(name for name, value in values.items() if "\n" in value or "\r" in value)
    os.umask(0o077)
    with open(ENVIRONMENT, "w", encoding="utf-8", newline="") as file:
        file.writelines(f"{name}={value}\n" for name, value in sorted(values.items()) if name not in several)
    own = settings()
    command = [DOCKER, "run", "--rm", "--name", NAME, "--env-file", ENVIRONMENT]
    for name in several:
        command += ["--env", name]
    for port in container["ports"]:
        command += ["--publish", f"{port}:{port}"]
    command += ["--init", "--security-opt", "no-new-privileges", "--pids-limit", "4096", "--ulimit", "nofile=65536:65536"]
    command += ["--stop-timeout", str(container["stopSeconds"])]
    # Logs go by way of a buffer, so that the application waits for CloudWatch neither at its start
    # nor later; what does not fit into the buffer is lost.
    command += ["--log-driver", "awslogs", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=8m"]
    command += ["--log-opt", "awslogs-region=" + own["REGION"], "--log-opt", "awslogs-group=" + own["LOG_GROUP"]]
    command += ["--log-opt", "awslogs-stream=app/" + instance()]
    command += [container["image"], *(container["command"] or [])]
    os.execve(DOCKER, command, {**os.environ, **{name: values[name] for name in several}})


main()
