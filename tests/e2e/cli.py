"""The program as people and scripts meet it: help, messages, exit codes, formats, inputs."""

import csv
import fcntl
import gzip
import io
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import termios

from harness import (
    count, dry_run, index, main, of_kind, program, run, scratch, search, skip, test, write,
)

COMMANDS = (
    "index search show history sources runs types fields export doctor repair backup serve completion "
    "man version help"
).split()


def thing(number):
    return {
        "record": "resource",
        "source": "s",
        "address": f"thing/{number}",
        "native_type": "acme_thing",
        "name": f"näme {number}, \"quoted\"",
        "region": "here",
        "tags": {"n": str(number)},
    }


def things(number=3):
    return "".join(json.dumps(thing(at)) + "\n" for at in range(number)).encode()


def small_warehouse(folder, number=3):
    index(folder, "-", stdin=things(number), code=0)
    return folder


def state(name="alpha"):
    resource = {
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": name,
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"attributes": {"id": name, "bucket": name}}],
    }
    return {
        "version": 4,
        "terraform_version": "1.8.0",
        "serial": 1,
        "lineage": "l-" + name,
        "outputs": {},
        "resources": [resource],
    }


def tool(name):
    return shutil.which(name) or skip(f"{name} is not installed")


# ---- help and mistakes ----


@test
def without_a_command_the_help_is_shown():
    out = run(code=0).out
    for command in COMMANDS:
        assert re.search(rf"^  {command}\b", out, re.M), f"{command} is not in the help"


@test
def every_command_has_help_with_examples_first():
    for command in COMMANDS:
        out = run(command, "--help", code=0).out
        assert out.startswith("Examples\n"), f"{command}: {out[:60]}"
        meaning, example = out.splitlines()[1:3]
        assert meaning.startswith("  # ") and f"infradex {command}" in example, out
        assert run("help", command, code=0).out == out


@test
def an_unknown_command_is_answered_with_the_nearest():
    answer = run("serach", "x", code=2)
    assert "did you mean search?" in answer.err and not answer.out, answer
    assert "infradex help" in run("zzzzzz", code=2).err


@test
def an_unknown_option_is_answered_with_the_nearest():
    assert "did you mean --limit?" in run("search", "--limt", "3", "x", code=2).err
    assert "did you mean --strict?" in run("index", "--stric", ".", code=2).err


@test
def an_option_before_the_command_is_told_its_place():
    assert "behind the command" in run("--data", "x", "search", code=2).err


@test
def an_unknown_type_word_is_answered_with_the_nearest():
    assert "did you mean ‘bucket’?" in run("types", "buckt", code=0).err


@test
def wrong_values_and_missing_arguments_are_usage_errors():
    for words in (
        ("export", "-o", "csv"),
        ("search", "-o", "xml", "a"),
        ("search", "--limit", "many", "a"),
        ("search", "--limit"),
        ("index",),
        ("show",),
        ("backup",),
        ("completion", "tcsh"),
        ("version", "now"),
    ):
        answer = run(*words, code=2)
        assert answer.err.startswith("infradex: ") and not answer.out, answer


@test
def the_version_is_told():
    assert re.search(r"\d+\.\d+\.\d+", run("version", code=0).out)
    assert run("--version", code=0).out == run("version", code=0).out


# ---- queries ----


@test
def a_wrong_query_is_drawn_with_carets():
    with scratch() as folder:
        small_warehouse(folder)
        for query, word in (("(a", None), ("regin:here", "region"), ("name:(a OR", None)):
            answer = run("search", "--data", folder, query, code=2)
            drawn = answer.err.splitlines()
            assert any("^" in line for line in drawn), answer
            assert any(query in line for line in drawn), answer
            assert word is None or word in answer.err, answer


@test
def the_caret_stands_under_the_fault():
    with scratch() as folder:
        small_warehouse(folder)
        lines = run("search", "--data", folder, "name:x regin:here", code=2).err.splitlines()
        at = next(number for number, line in enumerate(lines) if "regin:here" in line)
        carets = next(line for line in lines[at + 1 :] if "^" in line)
        assert carets.index("^") == lines[at].index("regin"), lines


@test
def nothing_found_is_an_exit_code_on_request():
    with scratch() as folder:
        small_warehouse(folder)
        run("search", "--data", folder, "name=nothing", code=0)
        run("search", "--data", folder, "--exit-status", "name=nothing", code=3)
        run("search", "--data", folder, "--exit-status", "region:here", code=0)


@test
def a_query_that_begins_with_a_minus_is_no_option():
    with scratch() as folder:
        small_warehouse(folder)
        answer = run("search", "--data", folder, "-o", "json", "-tag.n:1", code=0)
        assert answer.json["count"] == {"value": 2, "exact": True}, answer.json["count"]


@test
def limits_and_cursors_walk_through_everything():
    with scratch() as folder:
        small_warehouse(folder, 25)
        seen, cursor = [], []
        for _ in range(10):
            page = search(folder, "region:here", "--limit", "10", *cursor)
            seen += [item["uid"] for item in page["items"]]
            if not page["next"]:
                break
            cursor = ["--cursor", page["next"]]
        assert len(seen) == len(set(seen)) == 25, len(seen)
        assert page["count"] == {"value": 25, "exact": True}, page["count"]


# ---- formats ----


@test
def a_misspelled_kind_or_type_gets_a_suggestion():
    with scratch() as folder:
        small_warehouse(folder)
        for query, nearest in (("kind:bukcet", "bucket"), ("type:aws_s3_bukcet", "aws_s3_bucket")):
            said = run("search", "--data", folder, query, code=0).err
            assert f"did you mean ‘{nearest}’?" in said, said
        for known in ("type:bucket", "type:aws_s3_bucket", "type:acme"):
            assert "did you mean" not in run("search", "--data", folder, known, code=0).err


@test
def a_cursor_belongs_to_one_query_and_one_generation():
    with scratch() as folder:
        small_warehouse(folder)
        search = ("search", "--data", folder, "-o", "json", "--limit", "1")
        cursor = json.loads(run(*search, "| sort by name", code=0).out)["next"]
        assert cursor, "one row of several has a next"
        other = run(*search, "--cursor", cursor, "| sort by id", code=2)
        assert "another query" in other.err, other
        broken = run(*search, "--cursor", cursor[:-4], "| sort by name", code=2)
        assert "no cursor" in broken.err, broken
        more = folder / "more.ndjson"
        more.write_text(json.dumps({"record": "resource", "address": "new", "native_type": "x_y"}) + "\n")
        run("index", "-q", "--data", folder, "--source", "more", more, code=0)
        late = run(*search, "--cursor", cursor, "| sort by name", code=2)
        assert "has changed" in late.err, late


@test
def json_has_the_promised_members():
    with scratch() as folder:
        small_warehouse(folder)
        answer = search(folder, "name:1")
        item = answer["items"][0]
        promised = (
            "uid name type kind category provider account region created modified managed_by stack "
            "address flags tags sources"
        ).split()
        missing = [name for name in promised if name not in item]
        assert not missing, f"missing: {missing}"
        source = item["sources"][0]
        for name in ("source", "source_kind", "address", "native_type", "native_id"):
            assert name in source, f"missing in sources: {name}"
        assert "properties" not in item
        assert "generation" in answer["meta"], answer["meta"]


@test
def properties_come_when_asked_for():
    with scratch() as folder:
        small_warehouse(folder)
        assert "properties" in search(folder, "name:1", "--properties")["items"][0]


@test
def columns_that_need_properties_bring_them():
    with scratch() as folder:
        small_warehouse(folder)
        line = json.dumps({**thing(9), "properties": {"size": 12}}).encode()
        index(folder, "-", "--source", "sized", stdin=line, code=0)
        words = ("source:sized", "-o", "csv", "--columns", "region,properties.size,labels.none")
        out = run("search", "--data", folder, *words, code=0).out
        assert list(csv.reader(io.StringIO(out)))[1] == ["here", "12", ""], out


@test
def an_unknown_column_is_answered_with_the_nearest():
    with scratch() as folder:
        small_warehouse(folder)
        for words, hint in (
            (("search", "region:here", "--columns", "nmae"), "‘name’"),
            (("search", "* | count by region", "--columns", "region,cuont"), "‘count’"),
            (("sources", "--columns", "sorce"), "‘source’"),
        ):
            err = run(words[0], "--data", folder, *words[1:], code=2).err
            assert f"did you mean {hint}?" in err, err


@test
def stages_that_make_columns_give_rows():
    with scratch() as folder:
        small_warehouse(folder)
        answer = search(folder, "region:here | count by region")
        assert "region" in answer["columns"] and "count" in answer["columns"], answer
        row = dict(zip(answer["columns"], answer["rows"][0]))
        assert row["region"] == "here" and row["count"] == 3, row
        assert "meta" in answer


@test
def a_facet_of_a_flag_has_three_values():
    def bucket(name, **properties):
        record = {"record": "resource", "source": "s", "address": name, "name": name}
        return json.dumps({**record, "native_type": "aws_ebs_volume", "properties": properties})

    lines = [bucket("a", encrypted=True), bucket("b", encrypted=False), bucket("c")]
    with scratch() as folder:
        index(folder, "-", stdin="\n".join(lines).encode(), code=0)
        rows = search(folder, "* | facet encrypted")["rows"]
        assert rows == [["encrypted", value, 1] for value in (False, True, "unknown")], rows


def sized(name, kind, **properties):
    record = {"record": "resource", "source": "s", "address": name, "name": name, "native_type": kind}
    return json.dumps({**record, "properties": properties})


@test
def numbers_of_properties_are_sorted_as_numbers():
    values = [100, 9, 1.5, "20", 10**9, -3, "word", None]
    lines = [sized(f"n{at}", "acme_thing", **({} if v is None else {"v": v})) for at, v in enumerate(values)]
    ascending = ["n5", "n2", "n1", "n3", "n0", "n4", "n6", "n7"]
    with scratch() as folder:
        index(folder, "-", stdin="\n".join(lines).encode(), code=0)
        names = [item["name"] for item in search(folder, "* | sort by .v")["items"]]
        assert names == ascending, names
        rows = search(folder, "* | project name, .v | sort by .v")["rows"]
        assert [row[0] for row in rows] == ascending, rows
        assert [i["name"] for i in search(folder, "* | top 2 by .v")["items"]] == ["n6", "n4"]
        found, cursor = [], None
        while len(found) < len(values):  # pages go on behind numbers, texts and what is unknown
            page = search(folder, "* | sort by .v", "--limit", "1", *(["--cursor", cursor] if cursor else []))
            found += [item["name"] for item in page["items"]]
            cursor = page["next"]
        assert found == ascending and cursor is None, found


@test
def sizes_are_columns_in_bytes_whatever_unit_a_type_has():
    lines = [sized("disk", "aws_ebs_volume", size=2), sized("db", "azurerm_postgresql_server", storage_mb=1024),
             sized("blob", "acme_thing", size_bytes=5), sized("none", "acme_thing", size=7)]
    with scratch() as folder:
        index(folder, "-", stdin="\n".join(lines).encode(), code=0)
        rows = search(folder, "* | project name, size | sort by size desc")["rows"]
        assert rows == [["disk", 2 << 30], ["db", 1 << 30], ["blob", 5], ["none", None]], rows
        assert [i["name"] for i in search(folder, "* | top 1 by size")["items"]] == ["disk"]


@test
def ndjson_is_one_object_a_line():
    with scratch() as folder:
        small_warehouse(folder)
        answer = run("search", "--data", folder, "-o", "ndjson", "region:here", code=0)
        assert sorted(r["tags"]["n"] for r in answer.lines) == ["0", "1", "2"]


@test
def csv_keeps_quotes_and_commas():
    with scratch() as folder:
        small_warehouse(folder)
        words = ("-o", "csv", "--columns", "name,region,tags.n", "region:here | sort name")
        out = run("search", "--data", folder, *words, code=0).out_bytes.decode()
        rows = list(csv.reader(io.StringIO(out, newline="")))
        assert rows[0] == ["name", "region", "tags.n"], rows[0]
        assert rows[1] == ['näme 0, "quoted"', "here", "0"], rows[1]
        assert len(rows) == 4


@test
def yaml_can_be_read_by_eye():
    with scratch() as folder:
        small_warehouse(folder)
        out = run("search", "--data", folder, "-o", "yaml", "name:1", code=0).out
        assert re.search(r"^ *region: here$", out, re.M), out
        assert "\t" not in out


@test
def every_listing_has_every_format():
    with scratch() as folder:
        small_warehouse(folder)
        for command in ("sources", "runs", "types", "fields"):
            base = (command, "--data", folder, "-o")
            run(*base, "table", code=0)
            assert isinstance(run(*base, "json", code=0).json, dict)
            assert run(*base, "ndjson", code=0).lines, f"{command}: no rows"
            assert len(list(csv.reader(io.StringIO(run(*base, "csv", code=0).out)))) > 1
            run(*base, "yaml", code=0)


@test
def a_table_has_no_escapes_outside_of_a_terminal():
    with scratch() as folder:
        small_warehouse(folder)
        for env in ({}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color"}):
            answer = run("search", "--data", folder, "region:here", env=env, code=0)
            assert b"\x1b" not in answer.out_bytes + answer.err_bytes, answer


def in_terminal(columns, *words):
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [str(program()), *map(str, words)]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdout=theirs, env=environment) as running:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                piece = b""
            if not piece:
                break
            shown += piece
    os.close(ours)
    assert running.returncode == 0, shown
    return shown.decode().splitlines()


@test
def a_narrow_terminal_shows_the_ends_of_paths():
    with scratch() as folder:
        deep = folder / ("a" * 60)
        deep.mkdir()
        for name in ("one", "two"):
            (deep / f"{name}.tfstate").write_text(json.dumps(state(name)), "utf-8")
        index(folder / "d", deep, code=0)
        lines = in_terminal(72, "sources", "--data", folder / "d")
        assert all(len(line) <= 72 for line in lines), lines
        assert any("one.tfstate " in line for line in lines), lines
        assert any("two.tfstate " in line for line in lines), lines


@test
def a_narrow_terminal_gets_the_meaning_of_options_below_them():
    lines = in_terminal(44, "help", "search")
    assert all(len(line) <= 44 for line in lines if not line.startswith("  infradex")), lines
    assert "  -l, --limit N" in lines, lines


@test
def messages_go_to_standard_error():
    with scratch() as folder:
        answer = index(folder / "d", "-", stdin=things(), code=0)
        assert not answer.out and "3 added" in answer.err, answer
        assert "\r" not in answer.err, "progress is for terminals"
        assert not index(folder / "d", "--quiet", "-", stdin=things(), code=0).err


# ---- scripts for shells, the manual page ----


def check_script(shell):
    path = tool(shell)
    script = run("completion", shell, code=0).out_bytes
    with scratch() as folder:
        file = write(folder / "script", script)
        done = subprocess.run([path, "-n", str(file)], capture_output=True, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr.decode()


@test
def the_completion_for_bash_is_correct_bash():
    check_script("bash")


@test
def the_completion_for_zsh_is_correct_zsh():
    check_script("zsh")


@test
def the_completion_for_fish_is_correct_fish():
    check_script("fish")


@test
def bash_completes_commands_and_options():
    bash = tool("bash")
    script = run("completion", "bash", code=0).out
    ask = (
        "COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _infradex;"
        ' printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    for words, expected in (
        ("infradex sea", "search"),
        ("infradex search --exi", "--exit-status"),
        ("infradex search -o js", "json"),
        ("infradex completion zs", "zsh"),
    ):
        text = script + "\n" + ask.format(words=words)
        done = subprocess.run([bash, "-c", text], capture_output=True, check=False, text=True)
        assert expected in done.stdout.split(), f"{words}: {done.stdout} {done.stderr}"
        if "-" not in words:
            assert "--" not in done.stdout, f"{words}: options that nobody asked for"


@test
def the_manual_page_names_every_command():
    page = run("man", code=0).out
    assert page.startswith(".\\\"") or page.startswith(".Dd"), page[:40]
    for command in COMMANDS:
        assert command in page, f"{command} is missing"


@test
def the_manual_page_has_no_lint():
    mandoc = tool("mandoc")
    with scratch() as folder:
        page = write(folder / "infradex.1", run("man", code=0).out)
        words = [mandoc, "-T", "lint", "-W", "warning", str(page)]
        done = subprocess.run(words, capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stdout


# ---- the data folder ----


@test
def the_data_folder_comes_from_option_environment_or_home():
    with scratch() as folder:
        homes = {
            "INFRADEX_DATA": folder / "a",
            "XDG_DATA_HOME": folder / "b",
            "HOME": folder / "c",
        }
        expected = (folder / "a", folder / "b" / "infradex", folder / "c/.local/share/infradex")
        for (name, value), place in zip(homes.items(), expected):
            run("index", "-", stdin=things(), env={name: str(value)}, code=0)
            assert (place / "infradex.db").exists(), f"{name}: {list(folder.rglob('*'))}"
        run("index", "--data", folder / "d", "-", stdin=things(), env={"INFRADEX_DATA": "/x"}, code=0)
        assert (folder / "d" / "infradex.db").exists()


@test
def without_a_warehouse_the_next_step_is_told():
    with scratch() as folder:
        answer = run("search", "--data", folder / "none", "x")
        assert answer.code == 1 and "infradex index" in answer.err, answer
        assert not (folder / "none").exists()


@test
def what_is_no_warehouse_is_not_touched():
    with scratch() as folder:
        write(folder / "infradex.db", b"this is no database, but somebody's notes\n" * 100)
        before = (folder / "infradex.db").read_bytes()
        for command in (("search", "x"), ("doctor",), ("index", "-")):
            answer = run(command[0], "--data", folder, *command[1:], stdin=things())
            assert answer.code in (1, 8), answer
        assert (folder / "infradex.db").read_bytes() == before


@test
def explain_shows_how_types_decide_a_flag():
    with scratch() as folder:
        small_warehouse(folder / "d")
        for flag, rule in (("encrypted", "aws.ec2.volume: encrypted is true"),
                           ("public", "aws.ec2.security_group: ")):
            told = run("search", "--data", folder / "d", f"is:{flag} | explain", code=0).out
            assert f"  {rule}" in told, told
            assert told.count("aws.ec2.volume:") == (flag == "encrypted"), told


@test
def a_reader_that_has_enough_is_told_nothing_and_a_full_disk_is():
    with scratch() as folder:
        small_warehouse(folder / "d", 2000)
        words = [program(), "search", "--data", str(folder / "d"), "-o", "ndjson", "--limit", "0", ""]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout.readline()
            running.stdout.close()
            assert running.stderr.read() == b""
        with open("/dev/full", "wb") as full:
            done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False)
            assert done.returncode == 1 and b"No space left" in done.stderr, done
            for words in (["help"], ["man"], ["completion", "bash"], ["version"]):
                done = subprocess.run([program(), *words], stdout=full, stderr=subprocess.PIPE, check=False)
                assert done.returncode == 1 and b"No space left" in done.stderr, done


@test
def a_word_that_no_path_holds_is_said():
    with scratch() as folder:
        small_warehouse(folder)
        answer = run("fields", "--data", folder, "zzz", code=0)
        assert "no property path holds ‘zzz’" in answer.err, answer
        assert answer.out == "", answer


@test
def the_version_is_json_where_json_is_asked_for():
    version = run("version", code=0).out.split()[1]
    assert run("version", "-o", "json", code=0).json == {"version": version}


@test
def a_lock_without_a_name_in_it_is_said_without_one():
    with scratch() as folder:
        small_warehouse(folder)
        with open(folder / "infradex.lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            answer = run("index", "--data", folder, "-", stdin=things(), code=1)
            assert "to this warehouse; try again" in answer.err, answer


# ---- inputs ----


@test
def standard_input_is_read():
    with scratch() as folder:
        index(folder / "d", "-", stdin=things(), code=0)
        index(folder / "d", "-", "--source", "piped", stdin=json.dumps(state()).encode(), code=0)
        assert count(folder / "d", "") == 4
        assert count(folder / "d", 'source="piped"') == 1


@test
def compressed_files_are_read():
    with scratch() as folder:
        text = json.dumps(state()).encode()
        plain = write(folder / "plain.tfstate", text)
        packed = [write(folder / "a.tfstate.gz", gzip.compress(text))]
        if shutil.which("zstd"):
            words = ["zstd", "-q", str(plain), "-o", str(folder / "a.tfstate.zst")]
            subprocess.run(words, check=True)
            packed.append(folder / "a.tfstate.zst")
        for path in packed:
            records, _ = dry_run(path, code=0)
            addresses = [r["address"] for r in of_kind(records, "resource")]
            assert addresses == ["aws_s3_bucket.alpha"], f"{path.name}: {addresses}"


@test
def the_name_of_a_file_does_not_matter():
    with scratch() as folder:
        for name in ("x.json", "x.txt", "x", "x.yaml", "x.gz"):
            records, answer = dry_run(write(folder / name, state()))
            assert len(of_kind(records, "resource")) == 1, f"{name}: {answer}"


@test
def folders_and_patterns_are_walked():
    with scratch() as folder:
        for at in range(3):
            write(folder / f"in/deep/{at}.tfstate", state(f"b{at}"))
        write(folder / "in/deep/other.json", state("other"))
        write(folder / "in/.git/x.tfstate", state("hidden"))
        found, _ = dry_run(folder / "in", code=0)
        names = {r["name"] for r in of_kind(found, "resource")}
        assert names == {"b0", "b1", "b2", "other"}, names
        found, _ = dry_run(folder / "in" / "deep" / "*.tfstate", code=0)
        assert len(of_kind(found, "resource")) == 3


@test
def links_inside_folders_are_named_and_not_followed():
    with scratch() as folder:
        write(folder / "outside.tfstate", state())
        (folder / "in").mkdir()
        os.symlink(folder / "outside.tfstate", folder / "in" / "link.tfstate")
        os.symlink(folder / "in", folder / "in" / "loop")
        found, answer = dry_run(folder / "in")
        assert not of_kind(found, "resource")
        assert {"link.tfstate", "loop"} == {
            pathlib.Path(entry["path"]).name for entry in found[-1]["skipped"]
        }, answer
        found, _ = dry_run(folder / "in" / "link.tfstate", code=0)
        assert len(of_kind(found, "resource")) == 1


@test
def what_is_not_recognised_is_named_with_a_reason():
    cases = {
        "text.txt": (b"just some words\nand more\n", "text"),
        "other.json": (b'{"apple": 1, "pear": 2}', "apple"),
        "binary.bin": (b"\x7fELF\x00\x00\x01\x02" * 30, "text"),
        "empty.json": (b"", "empty"),
        "broken.json": (b'{"a": [1, 2', "JSON"),
    }
    with scratch() as folder:
        for name, (content, word) in cases.items():
            path = write(folder / name, content)
            records, answer = dry_run(path)
            told = records[-1]["skipped"] + records[-1]["failed"]
            assert len(told) == 1 and word in told[0]["reason"], f"{name}: {told}"
            assert name in answer.err, f"{name} is passed over in silence"


@test
def a_path_that_is_not_there_is_a_failure():
    with scratch() as folder:
        answer = index(folder / "d", folder / "nowhere.tfstate", code=1)
        assert "nowhere.tfstate: No such file or directory" in answer.err, answer


@test
def hostile_inputs_end_with_a_message():
    deep = b"[" * 200000
    cases = {
        "deep.json": b'{"version":4,"terraform_version":"1","resources":' + deep,
        "wide.json": b'{"version":4,"terraform_version":"1","resources":[' + b"1," * 100000 + b"1]}",
        "bomb.yaml": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 112)),
        "nul.tfstate": b'{"version":4,\x00"resources":[]}',
        "fake.gz": b"\x1f\x8b\x08\x00broken",
        "fake.zst": b"\x28\xb5\x2f\xfdbroken",
    }
    with scratch() as folder:
        for name, content in cases.items():
            _, answer = dry_run(write(folder / name, content))
            assert name in answer.err, f"{name}: {answer}"


@test
def numbers_keep_their_text():
    numbers = "[18446744073709551617,0.1000,1e400,9007199254740993,-0]"
    line = json.dumps(thing(1))[:-1] + ', "properties": {"numbers": ' + numbers + "}}\n"
    records = run("index", "--dry-run", "-o", "ndjson", "-", stdin=line.encode(), code=0).out
    assert f'"numbers":{numbers}' in records, records
    with scratch() as folder:
        index(folder, "-", stdin=line.encode(), code=0)
        out = run("search", "--data", folder, "-o", "ndjson", "--properties", "name:1", code=0).out
        assert f'"numbers":{numbers}' in out, out


@test
def nothing_from_outside_reaches_a_terminal_as_a_command():
    evil = "a\x1b[31m\x9b5m\u202eb"
    with scratch() as folder:
        write(folder / "in" / f"{evil}.tfstate", json.dumps(state(evil)))
        write(folder / "in" / f"{evil}.json", "{")
        answers = [
            index(folder / "data", folder / "in", code=0),
            run("search", "--data", folder / "data", "kind:bucket", code=0),
            run("search", "--data", folder / "data", "count by name | limit 3", "-o", "chart"),
            run("index", "--data", folder / "data", folder / f"{evil}-missing", code=1),
            run("show", "--data", folder / "data", f"{evil}-missing"),
            run(evil, code=2),
            run("search", f"--{evil}", code=2),
        ]
        for answer in answers:
            for byte in (b"\x1b", b"\xc2\x9b", "\u202e".encode()):
                assert byte not in answer.out_bytes + answer.err_bytes, answer


@test
def a_data_folder_that_cannot_be_made_is_said():
    with scratch() as folder:
        path = write(folder / "a.tfstate", json.dumps(state()))
        answer = run("index", "--data", "/proc/infradex", path, code=1)
        assert "/proc/infradex: No such file" in answer.err, answer
        answer = run("search", "--data", folder / "none", "a", code=1)
        assert "nothing is indexed yet" in answer.err, answer


@test
def a_pipe_that_is_named_as_a_file_is_refused_with_the_way_to_read_it():
    with scratch() as folder:
        path = folder / "pipe"
        os.mkfifo(path)
        answer = run("index", "--data", folder / "data", path, code=1)
        assert "infradex index --source NAME -" in answer.err, answer


main()
