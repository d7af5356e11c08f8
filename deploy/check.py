"""Checks what is to be deployed with the tools of those who made it, where they come as packages: `make chart`.

The chart is linted and rendered by Helm's own engine and held against Kubernetes' schemas, strictly, from the oldest
version the chart names to the newest there is; the Dockerfile is linted by hadolint, the units by systemd where it is.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import kubernetes_validate
import yaml
from helm_python import chart
from helm_python.errors import HelmError

DEPLOY = Path(__file__).parent
CHART = DEPLOY / "helm" / "evenhand"
OLDEST = 27
"""The minor version of Kubernetes that Chart.yaml asks for."""
PEER = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
VARIANTS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "with everything": {
        "settings": {"EVENHAND_CHECKIN_HOUR": "10"},
        "ingress": {"enabled": True, "className": "nginx", "tlsSecretName": "tls", "annotations": {"a": "b"}},
        "networkPolicy": {"webFrom": [PEER], "metricsFrom": [PEER]},
        "imagePullSecrets": [{"name": "registry"}],
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "bots", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "podAnnotations": {"a": "b"},
    },
    "with as little as possible": {
        "web": {"replicas": 1},
        "worker": {"replicas": 0},
        "migrate": {"enabled": False},
        "networkPolicy": {"enabled": False},
        "podDisruptionBudget": {"enabled": False},
    },
}
REFUSED: tuple[dict[str, Any], ...] = (
    {"settings": {"EVENHAND_SLACK_BOT_TOKEN": "xoxb-in-the-open"}},
    {"settings": {"HTTP_PROXY": "1"}},
    {"settings": {"EVENHAND_CHECKIN_HOUR": 10}},
    {"replicas": 3},
    {"secretName": ""},
)


def rendered(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    with chart.Chart.load(CHART) as loaded:
        for name, text in sorted(loaded.render(values=values, name="check").items()):
            if name.endswith(".yaml"):
                yield from ((name, document) for document in yaml.safe_load_all(text) if document)


def chart_problems() -> Iterator[str]:
    yield from (f"helm lint: {error}" for error in chart.lint(CHART)["errors"])
    known = {int(str(each).split(".")[1]) for each in kubernetes_validate.utils.all_versions()}
    minors = sorted(minor for minor in known if minor >= OLDEST)
    for variant, values in VARIANTS.items():
        documents = list(rendered(values))
        print(f"chart, {variant}: {len(documents)} documents for Kubernetes 1.{minors[0]} to 1.{minors[-1]}")
        for name, document in documents:
            for minor in minors:
                try:
                    kubernetes_validate.validate(document, f"1.{minor}", strict=True)
                except kubernetes_validate.ValidationError as wrong:
                    yield f"{name}, Kubernetes 1.{minor}: {wrong}"
    for values in REFUSED:
        try:
            list(rendered(values))
        except HelmError:
            continue
        yield f"the chart takes {values}"
    print(f"chart: {len(REFUSED)} wrong values refused")


def dockerfile_problems() -> Iterator[str]:
    hadolint = Path(sys.executable).with_name("hadolint")
    said = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    print(f"Dockerfile: hadolint ends with {said.returncode}")
    yield from said.stdout.splitlines()


def unit_problems() -> Iterator[str]:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        print("units: not checked, there is no systemd-analyze here")
        return
    with TemporaryDirectory() as folder:
        for unit in (DEPLOY / "systemd").glob("*.service"):
            here = Path(folder) / unit.name.replace("@", "@serve")
            program = Path(folder) / "evenhand"
            program.write_text("#!/bin/sh\n", "ascii")
            program.chmod(0o755)
            here.write_text(unit.read_text("utf-8").replace("/opt/evenhand/.venv/bin/evenhand", str(program)), "utf-8")
            for check in (["verify"], ["security", "--offline=true", "--threshold=15"]):
                said = subprocess.run([analyze, *check, here], capture_output=True, text=True, check=False)
                print(f"{unit.name}: systemd-analyze {check[0]} ends with {said.returncode}")
                if said.returncode:
                    yield f"{unit.name}: {(said.stderr or said.stdout)[-500:]}"


def main() -> int:
    problems = [*chart_problems(), *dockerfile_problems(), *unit_problems()]
    for problem in problems:
        print(f"WRONG {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
