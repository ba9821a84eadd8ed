"""What Kustomize makes of deploy/k8s, as blue-green.sh applies it: overlays, web in a colour."""

import shutil
from dataclasses import dataclass

import yaml

from tests.rules.programs import DEPLOY, run

OVERLAYS = ("staging", "production")
COLOURS = ("blue", "green")
_RELEASE = """
resources: [../overlays/{overlay}/web]
components: [../colours/{colour}]
images:
  - {{name: copydesk, newName: registry.example.com/copydesk, digest: "sha256:00"}}
"""


@dataclass(frozen=True)
class Manifests:
    """Objects that are applied together."""

    objects: tuple[dict, ...]

    def of(self, kind):
        return {one["metadata"]["name"]: one for one in self.objects if one["kind"] == kind}

    def pods(self):
        """Return the pod of each Deployment, by the Deployment's name."""
        return {name: one["spec"]["template"] for name, one in self.of("Deployment").items()}


def build(folder):
    """Return what Kustomize makes of a copy of deploy/k8s, by overlay (and colour)."""
    root = folder / "k8s"
    shutil.copytree(DEPLOY / "k8s", root, ignore=shutil.ignore_patterns("release"))
    found = {overlay: _kustomize(root / "overlays" / overlay) for overlay in OVERLAYS}
    (root / "release").mkdir()
    for overlay in OVERLAYS:
        for colour in COLOURS:
            text = _RELEASE.format(overlay=overlay, colour=colour)
            (root / "release" / "kustomization.yaml").write_text(text)
            found[f"{overlay}-{colour}"] = _kustomize(root / "release")
    return found


def _kustomize(folder):
    return Manifests(tuple(yaml.safe_load_all(run("kubectl", "kustomize", folder))))
