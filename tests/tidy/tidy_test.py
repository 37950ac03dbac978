"""Negative controls: each rule of tidy.py refuses what it is there to refuse."""
import pathlib
import unittest

import tidy


def messages(path, text):
    return [message for _, message in tidy.breaches(pathlib.PurePath(path), text)]


class Tidy(unittest.TestCase):
    def refused(self, path, text, part):
        found = messages(path, text)
        self.assertTrue(any(part in message for message in found), found)

    def test_accepts_an_ordinary_file(self):
        text = '#include "libs/domain/score.h"\n\nint Total();\n'
        self.assertEqual([], messages("services/scoring/core/score.cc", text))

    def test_refuses_long_files_and_lines(self):
        self.refused("libs/rpc/a.cc", "\n" * 401, "at most 400")
        self.refused("libs/rpc/a.cc", "x" * 101 + "\n", "at most 100")

    def test_refuses_long_functions(self):
        body = "  Step();\n"
        self.refused("libs/rpc/a.cc", "void Run() {\n" + body * 70 + "}\n", "a function of 71")
        self.assertEqual([], messages("libs/rpc/a.cc", "void Run() {\n" + body * 69 + "}\n"))

    def test_refuses_wire_formats_clocks_and_io_in_a_core(self):
        for include in ("<grpcpp/server.h>", "<google/protobuf/message.h>",
                        "<librdkafka/rdkafka.h>", '"absl/time/clock.h"', "<thread>",
                        '"withdrawal/events/v1/score.pb.h"', '"libs/kafka/producer.h"'):
            for path in ("services/alerting/core/task.cc", "libs/domain/score.h"):
                self.refused(path, f"#include {include}\n", "does not include")
        self.refused("libs/domain/score.cc", "auto now = absl::Now();\n", "read a clock")

    def test_lets_a_shell_include_them(self):
        self.assertEqual([], messages("services/ingest/service.cc", "#include <grpcpp/server.h>\n"))

    def test_refuses_empty_folder_names_and_new_top_level_entries(self):
        self.refused("libs/utils/a.h", "", "folder utils")
        self.refused("scripts/a.sh", "", "top level")

    def test_refuses_paths_of_one_machine(self):
        self.refused("deploy/local/up", "cd /home/somebody/project\n", "one machine")
        self.assertEqual([], messages("deploy/local/up", "bash /usr/bin/x .local/root/y\n"))

    def test_refuses_a_readme_that_names_what_is_not_there(self):
        text = "Read `libs/gone/a.cc` and `tests/run`."
        found = list(tidy.dead_paths(text, pathlib.Path(__file__).resolve().parents[2]))
        self.assertEqual([(1, "names libs/gone/a.cc, which is not there")], found)

    def test_refuses_a_todo_without_its_issue(self):
        self.refused("libs/rpc/a.cc", "// TODO: later\n", "needs its issue")
        self.assertEqual([], messages("libs/rpc/a.cc", "// TODO(#12): later\n"))


if __name__ == "__main__":
    unittest.main()
