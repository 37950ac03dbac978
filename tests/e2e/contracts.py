"""The protos as Python messages and calls, built from proto/ when a test starts: no generated code."""
import pathlib
import subprocess
import tempfile

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _pool():
    folder = ROOT / "proto"
    sources = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.proto"))]
    with tempfile.NamedTemporaryFile() as output:
        subprocess.run(["protoc", "-I", str(folder), "--include_imports",
                        f"--descriptor_set_out={output.name}", *sources], check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(output.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


_POOL = _pool()
_FACTORY = message_factory.MessageFactory(_POOL)


def message(name):
    """The class of `events.v1.CheckIn`, `ingest.v1.SubmitCheckInRequest`, ..."""
    return _FACTORY.GetPrototype(_POOL.FindMessageTypeByName(f"withdrawal.{name}"))


def enum(name, value):
    """The number of `RATER_PATIENT` in `events.v1.Rater`."""
    return _POOL.FindEnumTypeByName(f"withdrawal.{name}").values_by_name[value].number


def name(enum_name, number):
    """The other way: `RATER_PATIENT`."""
    return _POOL.FindEnumTypeByName(f"withdrawal.{enum_name}").values_by_number[number].name


def call(channel, service, method):
    """A callable for one rpc of `ingest.v1.IngestService`: unary, or with a stream of responses."""
    found = _POOL.FindServiceByName(f"withdrawal.{service}").methods_by_name[method]
    answer = _FACTORY.GetPrototype(found.output_type)
    make = channel.unary_stream if found.server_streaming else channel.unary_unary
    return make(f"/withdrawal.{service}/{method}",
                request_serializer=lambda request: request.SerializeToString(),
                response_deserializer=answer.FromString)


def channel(address):
    return grpc.insecure_channel(address)


def reflection_lists(address):
    """The raw answer of gRPC reflection: the names of all services are in it as text."""
    request = b"\x3a\x00"  # ServerReflectionRequest{list_services: ""}
    with channel(address) as open_channel:
        stream = open_channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        return next(stream(iter([request]), timeout=10)).decode("utf-8", "replace")
