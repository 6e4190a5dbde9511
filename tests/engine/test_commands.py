"""Local commands, and policy packs."""

from __future__ import annotations

from tests.engine.conftest import Project

# A pack on the bare protocol: the package for writing packs is not among our dependencies.
PACK = """
import threading
from concurrent.futures import ThreadPoolExecutor
import grpc
from pulumi.runtime.proto import analyzer_pb2 as pb, analyzer_pb2_grpc, plugin_pb2

class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetAnalyzerInfo(self, request, context):
        policy = pb.PolicyInfo(name="short-id", enforcementLevel=pb.MANDATORY)
        return pb.AnalyzerInfo(name="pack", version="1.0.0", policies=[policy])

    def Analyze(self, request, context):
        if request.type != "random:index/randomId:RandomId" or request.properties["byteLength"] >= 8:
            return pb.AnalyzeResponse()
        found = pb.AnalyzeDiagnostic(policyName="short-id", policyPackName="pack", policyPackVersion="1.0.0",
                                     message="an id needs 8 bytes", enforcementLevel=pb.MANDATORY, urn=request.urn)
        return pb.AnalyzeResponse(diagnostics=[found])

    def AnalyzeStack(self, request, context):
        return pb.AnalyzeResponse()

server = grpc.server(ThreadPoolExecutor())
analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(), server)
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
threading.Event().wait()
"""


def test_a_command_has_a_life_cycle(project: Project) -> None:
    log = project.folder / "log"
    program = """
    import pulumi_command as command
    item = command.local.Command(
        "item",
        create="echo made $COLOR | tee -a LOG",
        update="echo was $PULUMI_COMMAND_STDOUT, now $COLOR | tee -a LOG",
        delete="echo gone $COLOR >> LOG",
        environment={"COLOR": "%s"},
        triggers=[%d],
    )
    given = command.local.Command("input", create="cat", stdin="given")
    pulumi.export("said", item.stdout)
    pulumi.export("read", given.stdout)
    """.replace("LOG", str(log))
    project.up(program % ("red", 1))
    assert (project.output("said"), project.output("read")) == ("made red", "given")

    project.write(program % ("blue", 1))
    assert {name: step["op"] for name, step in project.steps().items()} == {"item": "update"}
    project.up()
    assert project.output("said") == "was made red, now blue"
    project.write(program % ("blue", 2))
    assert project.steps()["item"]["op"] == "replace"
    project.up()
    assert log.read_text().splitlines() == ["made red", "was made red, now blue", "made blue", "gone blue"]

    failing = "import pulumi_command as c\nc.local.Command('bad', create='echo out; echo err >&2; exit 3')"
    printed = project.up(failing, fails=True)
    assert "exit status 3" in printed
    assert "out\nerr" in printed.replace("    ", "")


def test_a_policy_pack_is_run_and_enforced(project: Project) -> None:
    pack = project.folder / "policy"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (pack / "__main__.py").write_text(PACK)
    project.write("import pulumi_random as r\nr.RandomId('id', byte_length=4)")
    printed = project.run("preview", "--policy-pack", str(pack), fails=True)
    assert "short-id" in printed
    assert "an id needs 8 bytes" in printed
    project.write("import pulumi_random as r\nr.RandomId('id', byte_length=8)")
    project.run("preview", "--policy-pack", str(pack))
