"""Nothing secret leaves the collectors and the normaliser.

Each format of planted.py is indexed, indexed again with other secrets, searched, shown, exported,
backed up and broken; then the bytes of every file of the data folder and of every answer are
searched for what was planted.
"""

import functools
import json

import planted
from harness import add_test, main, run, scratch, write


class Plot:
    """One format in a folder of its own, with all that the program wrote about it."""

    def __init__(self, folder, file, maker):
        self.folder = folder
        self.data = folder / "data"
        self.path = folder / "in" / file
        self.maker = maker
        self.gardens = []
        self.answers = []

    def plant(self, seed):
        garden = planted.Garden(f"{self.maker.__name__} {seed}")
        self.gardens.append(garden)
        write(self.path, self.maker(garden))

    def run(self, *words, code=0, **settings):
        answer = run(*words, code=code, **settings)
        self.answers.append(answer)
        return answer

    def ask(self, command, *words, **settings):
        return self.run(command, "--data", self.data, *words, **settings)

    def outputs(self):
        for answer in self.answers:
            yield f"the answer of {answer.words[0]}", answer.out_bytes + answer.err_bytes

    def files(self):
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and self.path.parent not in path.parents:
                yield path.name, path.read_bytes()


def leaks(plot, places):
    """'kind of secret in place' of all that was found."""
    found = []
    for place, content in places:
        folded = content.lower()
        for garden in plot.gardens:
            for name, spellings in garden.secrets.items():
                if any(spelling in folded for spelling in spellings):
                    found.append(f"{name} in {place}")
    return found


def check_hidden(plot, places):
    found = leaks(plot, places)
    assert not found, f"{len(found)} leaks:\n" + "\n".join(found[:20])


def check_visible(garden, content):
    missing = [name for name, value in garden.visible.items() if value not in content]
    assert not missing, f"what is no secret is gone too: {', '.join(missing)}"


def dry_run_of(file, maker):
    with scratch() as folder:
        plot = Plot(folder, file, maker)
        plot.plant(1)
        answer = plot.run("index", "--dry-run", "-o", "ndjson", plot.path)
        check_hidden(plot, plot.outputs())
        check_visible(plot.gardens[0], answer.out_bytes)
        assert b"[secret]" in answer.out_bytes, "nothing says that a secret was dropped"


def ask_everything(plot):
    """Every command that shows something of what is stored."""
    found = plot.ask("search", "-o", "json", "--properties", "--limit", "1000", "deleted:any")
    for output in ("table", "ndjson", "csv", "yaml"):
        plot.ask("search", "-o", output, "--properties", "deleted:any")
    for item in json.loads(found.out)["items"]:
        plot.ask("show", item["uid"])
        plot.ask("show", "-o", "json", item["uid"])
        plot.ask("history", item["uid"])
        plot.ask("history", "-o", "json", item["uid"])
    for command in ("export", "sources", "runs", "types", "fields", "doctor"):
        plot.ask(command)
    plot.ask("fields", "password")
    plot.ask("search", "canary", code=None)
    plot.ask("backup", plot.folder / "copy.db")
    return found


def warehouse_of(file, maker):
    with scratch() as folder:
        plot = Plot(folder, file, maker)
        for seed in (1, 2):  # the second time every secret is another one
            plot.plant(seed)
            plot.ask("index", "--source", "planted", plot.path)
        found = ask_everything(plot)
        check_visible(plot.gardens[1], found.out_bytes)
        check_hidden(plot, plot.outputs())
        check_hidden(plot, plot.files())


def broken(file, maker):
    """Errors name the place, never the value; what was read before the fault leaves no trace."""
    with scratch() as folder:
        plot = Plot(folder, file, maker)
        plot.plant(1)
        whole = plot.path.read_bytes()
        for part in (0.3, 0.6, 0.9, 0.99):
            plot.path.write_bytes(whole[: int(len(whole) * part)])
            plot.ask("index", plot.path, code=None)
            plot.path.write_bytes(whole[: int(len(whole) * part)] + b"\x00\xff\xfe}}]]")
            plot.ask("index", plot.path, code=None)
            plot.run("index", "--dry-run", "-o", "ndjson", plot.path, code=None)
        assert all(answer.err for answer in plot.answers), "a broken file is passed over in silence"
        check_hidden(plot, plot.outputs())
        check_hidden(plot, plot.files())


def yaml_with_faults():
    garden = planted.Garden("yaml")
    texts = [
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  a: {garden.word('a')}\n b: [",
        f"apiVersion: v1\nkind: Secret\ndata: {{k: \"{garden.word('quoted')}\n---\n\t- x",
        f"Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: *{garden.core('alias')}\n",
        f"Resources:\n  A: !{garden.core('tag')} {garden.word('tagged')}\n  B: }}\n",
        f"{garden.word('key')}: 1\n{garden.word('key again')} : : 2\n",
    ]
    with scratch() as folder:
        plot = Plot(folder, "a.yaml", None)
        plot.gardens.append(garden)
        for text in texts:
            write(plot.path, text)
            plot.ask("index", plot.path, code=None)
        assert all(answer.err for answer in plot.answers), "a broken file is passed over in silence"
        check_hidden(plot, plot.outputs())
        check_hidden(plot, plot.files())


for _name, _file, _maker in planted.FORMATS:
    for _way in (dry_run_of, warehouse_of, broken):
        _what = _way.__name__.replace("_", " ")
        add_test(f"{_what} {_name} holds no secret", functools.partial(_way, _file, _maker))


def bill_in_warehouse():
    with scratch() as folder:
        plot = Plot(folder, "bill.csv", planted.focus_bill)
        for seed in (1, 2):
            plot.plant(seed)
            plot.ask("index", "--source", "planted", plot.path)
        by = "service,resource,description,account_name,x_Owner,x_api_token,tag.team,tag.db_password,tag.note,SkuPriceDetails"
        for output in ("table", "json", "ndjson", "csv"):
            answer = plot.ask("cost", "report", "-o", output, "--by", by)
        check_visible(plot.gardens[1], answer.out_bytes)
        assert b"[secret]" in answer.out_bytes, "nothing says that a secret was dropped"
        for command in ("export", "doctor", "runs"):
            plot.ask(command)
        plot.ask("cost", "periods")
        check_hidden(plot, plot.outputs())
        check_hidden(plot, plot.files())


add_test("dry run of a bill holds no secret", functools.partial(dry_run_of, "bill.csv", planted.focus_bill))
add_test("a bill in the warehouse holds no secret", bill_in_warehouse)
add_test("a broken bill holds no secret", functools.partial(broken, "bill.csv", planted.focus_bill))
add_test("errors about YAML hold no secret", yaml_with_faults)
main()
