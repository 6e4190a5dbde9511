"""Secrets are nowhere in the clear: not in the state, not in what is printed."""

from __future__ import annotations

import json

from tests.engine.conftest import SALT, Project

PROGRAM = """
import pulumi_aws as aws
import pulumi_random as random
import pulumi_tls as tls

password = random.RandomPassword("password", length=32)
key = tls.PrivateKey("key", algorithm="ECDSA", ecdsa_curve="P256")
authority = tls.SelfSignedCert("authority", private_key_pem=key.private_key_pem, is_ca_certificate=True,
                               allowed_uses=["cert_signing"], validity_period_hours=24,
                               subject={"common_name": "authority"})
secret = aws.secretsmanager.Secret("secret", name="of-the-test", recovery_window_in_days=0)
version = aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string=password.result)
pulumi.export("password", password.result)
pulumi.export("key", key.private_key_pem)
pulumi.export("certificate", authority.cert_pem)
"""


def test_secrets_are_encrypted_in_state_and_hidden_on_the_screen(project: Project) -> None:
    printed = project.up(PROGRAM)
    password, key = project.output("password"), project.output("key")
    assert len(password) == 32
    stored = "".join(path.read_text() for path in project.region.directory.glob("state/**/*.json*") if path.is_file())
    for text in (printed, project.run("stack", "output"), stored):
        assert password not in text
        assert json.dumps(key)[1:-1] not in text
        assert "PRIVATE KEY" not in text
    assert "BEGIN CERTIFICATE" in project.run("stack", "output"), "what is public stays readable"

    value = project.region.client("secretsmanager").get_secret_value(SecretId="of-the-test")
    assert value["SecretString"] == password
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert password not in project.run("stack", "export")


def test_no_command_rewrites_a_stack_file_that_has_its_salt(project: Project) -> None:
    file = project.folder / "Pulumi.test.yaml"
    before = file.read_text()
    assert SALT in before
    project.up(PROGRAM)
    project.run("preview")
    project.run("refresh", "--yes", "--skip-preview")
    assert file.read_text() == before
