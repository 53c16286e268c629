"""The Kubernetes manifests, by the API's schemas and by our own rules."""

import shutil
import subprocess

import kubernetes_validate
import pytest
import yaml

KUBERNETES = "1.33"


def _names(manifests):
    return sorted(f"{document['kind']}/{document['metadata']['name']}" for document in manifests)


def test_manifests_keep_the_api(manifests):
    """Every object is valid for the API, without a field that it does not know."""
    for document in manifests:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_a_misspelt_field_is_noticed(manifests):
    """The validation is strict."""
    document = next(document for document in manifests if document["kind"] == "Deployment")
    broken = {**document, "spec": {**document["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, KUBERNETES, strict=True)


def test_every_part_is_there(manifests):
    """Both roles, both jobs, and what reaches and protects them."""
    assert set(_names(manifests)) >= {
        "ConfigMap/tidings",
        "Deployment/tidings-code",
        "Job/tidings-replay",
        "Job/tidings-topics",
        "PodDisruptionBudget/tidings-code",
        "PodDisruptionBudget/tidings-count",
        "Service/tidings-api",
        "Service/tidings-count",
        "ServiceAccount/tidings",
        "StatefulSet/tidings-count",
    }


def test_pods_are_confined(pods):
    """No pod runs as root, gains privileges, keeps capabilities or holds a token."""
    for name, pod in pods.items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert {"requests", "limits"} <= container["resources"].keys(), name


def test_our_pods_write_only_to_what_is_mounted(pods):
    """The root file system is read-only; state, cache and /tmp vanish with the pod."""
    for name, pod in pods.items():
        if "tidings" not in name:
            continue
        (container,) = pod["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert mounted == {"state": "/var/lib/tidings", "cache": "/var/cache/tidings", "tmp": "/tmp"}  # noqa: S108
        assert all("emptyDir" in volume for volume in pod["volumes"])


def test_services_links_are_off(pods):
    """Variables that Kubernetes makes of our Services' names would look like settings."""
    assert [name for name, pod in pods.items() if pod.get("enableServiceLinks") is not False] == []


@pytest.mark.parametrize("workload", ["StatefulSet/tidings-count", "Deployment/tidings-code"])
def test_workers_are_probed(pods, workload):
    """A worker is restarted when it is sick, and gets requests when it is ready."""
    (container,) = pods[workload]["containers"]
    probes = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
    assert {kind: probe["path"] for kind, probe in probes.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert {probe["port"] for probe in probes.values()} == {"http"}


def test_budgets_and_services_select_pods(manifests):
    """A selector that matches nothing protects and reaches nothing."""
    labels = [
        document["spec"]["template"]["metadata"]["labels"]
        for document in manifests
        if "template" in document.get("spec", {})
    ]
    for document in manifests:
        if document["kind"] in ("Service", "PodDisruptionBudget"):
            selector = document["spec"]["selector"]
            wanted = selector.get("matchLabels", selector)
            assert any(wanted.items() <= found.items() for found in labels), document["metadata"]["name"]


def test_the_headless_service_is_the_statefulsets(manifests):
    """The StatefulSet's pods get their names from a Service without an address."""
    (count,) = [
        d for d in manifests if d["kind"] == "StatefulSet" and d["metadata"]["name"] == "tidings-count"
    ]
    (service,) = [
        d
        for d in manifests
        if d["kind"] == "Service" and d["metadata"]["name"] == count["spec"]["serviceName"]
    ]
    assert service["spec"]["clusterIP"] == "None"


def test_every_file_is_listed(root):
    """A manifest that no kustomization names is never applied."""
    for kustomization in (root / "k8s").rglob("kustomization.yaml"):
        listed = set(yaml.safe_load(kustomization.read_text("utf-8"))["resources"])
        beside = {path.name for path in kustomization.parent.glob("*.yaml")} - {kustomization.name}
        assert beside <= listed, f"{kustomization.parent.name}: {beside - listed}"


def test_the_overlay_builds(root):
    """kubectl makes valid objects of the example overlay, its patches included."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed")
    overlay = root / "k8s" / "overlays" / "single"
    ran = subprocess.run([kubectl, "kustomize", overlay], capture_output=True, text=True, check=True)
    built = list(yaml.safe_load_all(ran.stdout))
    for document in built:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    assert {d["metadata"].get("namespace", d["metadata"]["name"]) for d in built} == {"tidings"}
    (settings,) = [document for document in built if document["kind"] == "ConfigMap"]
    assert settings["data"]["TIDINGS_REPLICATION_FACTOR"] == "1"
