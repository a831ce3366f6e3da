"""The samples of California schools (Lumley 2010, Complex Surveys) as R's `survey` has them.

Values come from three places. `published`: R's own saved outputs, beside the data; every digit that
is printed there must be ours. `run`: R 4.2 with survey 4.1-1 on the same files, to eleven digits or
as many as it prints. The ambulance data (Levy & Lemeshow, in survey's documentation) are six rows.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml

from ketenkaart.services.monitor.estimating import estimate_file

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "survey"
POST = "poststrata: {by: stype, totals: {E: 4421, H: 755, M: 1018}}\n"
RAKE = (
    "rake:\n- {by: stype, totals: {E: 4421, H: 755, M: 1018}}\n"
    '- {by: sch.wide, totals: {"No": 1072, "Yes": 5122}}\n'
)
KNOWN = "totals: {size: 6194, stype=H: 755, stype=M: 1018, api99: 3914069}"
STRAT = "strata: stype\nweights: pw\nfpc: fpc\n"
CLUS1 = "clusters: [dnum]\nweights: pw\nfpc: fpc\n"
UNEVEN = "clusters: [dnum]\nweights: pw\n"
LONELY = "strata: st2\nweights: pw\n"

# by the words of published_values.csv: the file, and the design
PUBLISHED = {
    "apistrat: id=~1, strata=~stype, weights=~pw, fpc=~fpc": ("apistrat", STRAT),
    "apiclus1: id=~dnum, weights=~pw, fpc=~fpc": ("apiclus1", CLUS1),
    "apiclus1 as JK1 replicates, mse=TRUE": ("apiclus1", f"{CLUS1}replicates: JK1\n"),
    "apiclus1, postStratify(~stype)": ("apiclus1", CLUS1 + POST),
    "apiclus1 JK1, postStratify(~stype), mse=TRUE": (
        "apiclus1",
        f"{CLUS1}replicates: JK1\n{POST}",
    ),
}
CALLS = {"svymean(~api00)": "mean:api00", "svytotal(~enroll)": "total:enroll"}

MEAN, TOTAL, RATIO = "mean:api00", "total:enroll", "ratio:api.stu/enroll"
RUN = [
    ("apistrat", STRAT, MEAN, 662.287363159, 9.40894080278),
    ("apistrat", STRAT, TOTAL, 3687177.53244, 114641.716101),
    ("apistrat", STRAT, RATIO, 0.836956886941, 0.00775710316664),
    ("apiclus1", CLUS1, MEAN, 644.169398907, 23.5422406938),
    ("apiclus1", CLUS1, RATIO, 0.849708741724, 0.00838629716939),
    ("apiclus1", CLUS1 + POST, MEAN, 642.310788212, 23.9204864451),
    ("apiclus1", CLUS1 + POST, TOTAL, 3680892.94512, 406292.636295),
    ("apiclus1", CLUS1 + POST, RATIO, 0.847989789518, 0.0071882586254),
    ("apiclus1", CLUS1 + RAKE, MEAN, 641.230246862, 23.7036412402),
    ("apiclus1", CLUS1 + RAKE, TOTAL, 3647300.03131, 400602.719734),
    ("apiclus1", f"{CLUS1}calibrate: {{{KNOWN}}}\n", MEAN, 665.309071166, 3.4417531164),
    ("apiclus1", f"{CLUS1}calibrate: {{{KNOWN}}}\n", TOTAL, 3638487.20413, 385524.427352),
    ("apiclus1", f"{CLUS1}replicates: JK1\n", MEAN, 644.169398907, 26.3348576685),
    ("apiclus1", f"{CLUS1}replicates: JK1\n", RATIO, 0.849708741724, 0.00951936348156),
    (
        "apiclus1",
        f"{CLUS1}replicates: {{method: JK1, mse: false}}\n",
        MEAN,
        644.169398907,
        26.3293605895,
    ),
    ("apistrat", f"{STRAT}replicates: JKn\n", RATIO, 0.836956886941, 0.00777250905056),
    (
        "apistrat",
        f"{STRAT}replicates: {{method: JKn, mse: false}}\n",
        RATIO,
        0.836956886941,
        0.00777250903999,
    ),
    (
        "apistrat",
        f'{UNEVEN}poststrata: {{by: awards, totals: {{"No": 2000, "Yes": 4194}}}}\n',
        TOTAL,
        3638216.59033,
        165897.729581,
    ),
    (
        "apistrat",
        (
            f'{UNEVEN}rake:\n- {{by: awards, totals: {{"No": 2000, "Yes": 4194}}}}\n'
            '- {by: sch.wide, totals: {"No": 1072, "Yes": 5122}}\n'
        ),
        TOTAL,
        3688905.84476,
        174928.898354,
    ),
    (
        "apistrat",
        f"{UNEVEN}calibrate: {{totals: {{size: 6194, api99: 3914069}}}}\n",
        TOTAL,
        3677873.90491,
        153694.529504,
    ),
]
RUN += [
    ("apisrs", "weights: pw\nfpc: fpc\n", MEAN, 656.585, 9.24972203928),
    ("apiclus1", f"{CLUS1}replicates: JK1\n{RAKE}", MEAN, 641.2302468622, 26.8739351452),
    ("apiclus1", f"{CLUS1}replicates: JK1\n{RAKE}", TOTAL, 3647300.031314, 463511.161721),
    (
        "apiclus1",
        f"{CLUS1}replicates: JK1\ncalibrate: {{{KNOWN}}}\n",
        TOTAL,
        3638487.204132,
        478758.371677,
    ),
]
# R stops its iterations a little before the totals are met
NEARLY = [
    ("raking", "", MEAN, 665.393795995, 3.43775353949),
    ("raking", "", TOTAL, 3616588.56447, 387618.630781),
    ("logit", "bounds: [0.5, 2], ", MEAN, 665.41484411, 3.42865384563),
    ("logit", "bounds: [0.5, 2], ", TOTAL, 3640110.40158, 382851.164534),
]
DOMAINS = {
    "apistrat awards,stype": {
        "No, E": (659.814814815, 25.7667324652),
        "Yes, E": (679.835616438, 13.9797013451),
        "No, H": (608.794117647, 15.7713286160),
        "Yes, H": (662.000000000, 30.6766207777),
        "No, M": (599.115384615, 21.6419815921),
        "Yes, M": (677.208333333, 21.5228365229),
    },
    "apiclus1 stype": {
        "E": (648.868055556, 22.3624088938, 14),
        "H": (618.571428571, 38.0202493594, 7),
        "M": (631.440000000, 31.6094652272, 11),
    },
    "post awards": {
        "No": (624.524847003, 30.9893113788),
        "Yes": (650.380670391, 21.6059309873),
    },
    "jk1 stype": {
        "E": (648.868055556, 25.3801225403),
        "H": (618.571428571, 46.3595776382),
        "M": (631.440000000, 33.6876920422),
    },
}
QUANTILES = {
    ("apistrat", STRAT): {
        0.25: (565, 535, 597, 15.7194511320),
        0.5: (668, 642, 694, 13.1840557882),
        0.75: (756, 726, 778, 13.1840557882),
    },
    ("apiclus1", CLUS1): {
        0.1: (502, 461, 529, 15.8523923109),
        0.25: (552, 492, 627, 31.4716612054),
        0.5: (652, 561, 714, 35.6678826995),
        0.75: (719, 696, 777, 18.8829967232),
        0.9: (781, 745, 836, 21.2142308866),
    },
    ("apisrs", "weights: pw\nfpc: fpc\n"): {
        0.25: (544, 529, 577, 12.1706535927),
        0.5: (658, 633, 693, 15.2133169909),
        0.75: (752, 739, 787, 12.1706535927),
    },
    ("apiclus1", CLUS1 + POST): {
        0.25: (552, 487, 628, 32.8704017034),
        0.5: (652, 555, 714, 37.0666231975),
    },
    ("apiclus1", f"{CLUS1}replicates: JK1\n"): {
        0.25: (552, 482, 629, 34.2691422014),
        0.5: (652, 552, 720, 39.1647339445),
        0.75: (719, 691, 781, 20.9811074703),
    },
}
SHARES = {
    "logit": (0.568721098868, 0.703675779368),
    "clopper_pearson": (0.567218701480, 0.706354783014),
    "t": (0.571084874530, 0.706787253571),
}
LONE = {
    "certainty": (9.4615487827, 58604.832763, 12.0090548844),
    "adjust": (9.54619443983, 69380.3903925, 12.0090548844),
    "average": (10.9252554733, 67671.0319431, 12.0090548844),
}


@pytest.fixture
def ask(tmp_path: Path):
    def _ask(name: str, design: str, *statistics: str, **options: object) -> list:
        path = tmp_path / "design.yml"
        path.write_text(design, encoding="utf-8")
        data = FOLDER / f"{name}.csv" if "/" not in name else Path(name)
        return estimate_file(data, path, statistics=statistics, **options).rows

    return _ask


def printed(text: str, ours: float) -> bool:
    """Whether a figure, printed with as many decimals, reads the same.

    R prints the standard error 23.9204864 as 23.921 (and gives 23.9204864 when asked for more
    digits), so half a unit of the last digit is taken a little wide.
    """
    unit = 10.0 ** -len(text.partition(".")[2])
    return abs(ours - float(text)) <= 0.52 * unit


@pytest.mark.data
def test_every_published_value_is_ours_to_the_last_digit(ask) -> None:
    seen = 0
    with (FOLDER / "published_values.csv").open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            if line["design"] in PUBLISHED:
                (row,) = ask(*PUBLISHED[line["design"]], CALLS[line["call"]])
                assert printed(line["estimate"], row.estimate), line
                assert printed(line["se"], row.se), line
                seen += 1
    assert seen == 2 * len(PUBLISHED)


@pytest.mark.data
@pytest.mark.parametrize(("name", "design", "asked", "estimate", "se"), RUN)
def test_a_run_of_r_gives_the_same(ask, name, design, asked, estimate, se) -> None:
    (row,) = ask(name, design, asked)
    assert (row.estimate, row.se) == pytest.approx((estimate, se), rel=1e-10)


@pytest.mark.data
@pytest.mark.parametrize(("method", "bounds", "asked", "estimate", "se"), NEARLY)
def test_calibration_by_iteration_ends_where_r_does(
    ask, method, bounds, asked, estimate, se
) -> None:
    design = f"{CLUS1}calibrate: {{method: {method}, {bounds}{KNOWN}}}\n"
    (row,) = ask("apiclus1", design, asked)
    assert (row.estimate, row.se) == pytest.approx((estimate, se), rel=1e-8)


@pytest.mark.data
@pytest.mark.parametrize("name", DOMAINS)
def test_domains_are_those_of_svyby(ask, name) -> None:
    first, _, by = name.partition(" ")
    design = {
        "apistrat": STRAT, "apiclus1": CLUS1, "post": CLUS1 + POST,
        "jk1": f"{CLUS1}replicates: JK1\n",
    }[first]  # fmt: skip
    file = first if first.startswith("api") else "apiclus1"
    rows = {row.domain: row for row in ask(file, design, MEAN, by=[by])}
    assert rows.keys() == DOMAINS[name].keys()
    for domain, (estimate, se, *df) in DOMAINS[name].items():
        assert (rows[domain].estimate, rows[domain].se) == pytest.approx((estimate, se), rel=1e-10)
        assert [rows[domain].df] == (df or [rows[domain].df])


@pytest.mark.data
@pytest.mark.parametrize(("name", "design"), QUANTILES)
def test_quantiles_are_those_of_svyquantile(ask, name, design) -> None:
    for share, (estimate, low, high, se) in QUANTILES[name, design].items():
        (row,) = ask(name, design, f"quantile:api00:{share}")
        assert (row.estimate, row.low, row.high) == (estimate, low, high)
        assert row.se == pytest.approx(se, rel=1e-9)


@pytest.mark.data
@pytest.mark.parametrize("method", SHARES)
def test_intervals_of_a_share_are_those_of_svyciprop(ask, method) -> None:
    (row,) = ask("apistrat", STRAT, "proportion:awards", interval=method)
    assert row.estimate == pytest.approx(0.638936064051, rel=1e-10)
    assert (row.low, row.high) == pytest.approx(SHARES[method], rel=1e-9)


@pytest.mark.data
def test_intervals_are_t_with_units_less_strata(ask) -> None:
    (row,) = ask("apistrat", STRAT, MEAN)
    assert (row.n, row.df) == (200, 197)
    assert (row.low, row.high) == pytest.approx((643.732188272, 680.842538047), rel=1e-10)


@pytest.mark.data
@pytest.mark.parametrize("policy", LONE)
def test_a_stratum_of_one_is_met_as_r_meets_it(ask, tmp_path, policy) -> None:
    lines = (FOLDER / "apistrat.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(lines))
    kind = rows[0].index("stype")
    path = tmp_path / "lonely.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*rows[0], "st2"])
        writer.writerows([*row, "L" if k == 0 else row[kind]] for k, row in enumerate(rows[1:]))
    design = f"{LONELY}lonely: {policy}\n"
    mean, total = ask(str(path), design, MEAN, "total:api00")
    domain = next(row for row in ask(str(path), design, MEAN, by=["awards"]) if row.domain == "Yes")
    assert (mean.se, total.se, domain.se) == pytest.approx(LONE[policy], rel=1e-10)


AMBULANCE = (
    "ESA,ambulance,arrests,alive\n"
    "1,1,120,25\n1,2,78,24\n2,1,185,30\n2,2,228,49\n3,1,670,80\n3,2,530,70\n"
)


@pytest.mark.parametrize(
    ("replicates", "se"),
    [("", 0.00980730359997), ("replicates: BRR\n", 0.00942663573267),
     ("replicates: {method: Fay, rho: 0.3}\n", 0.00952918914289)],
)  # fmt: skip
def test_balanced_half_samples_of_ambulances(ask, tmp_path, replicates, se) -> None:
    path = tmp_path / "ambulance.csv"
    path.write_text(AMBULANCE, encoding="utf-8")
    design = f"strata: ESA\nclusters: [ambulance]\nnest: true\n{replicates}"
    (row,) = ask(str(path), design, "ratio:alive/arrests")
    assert (row.estimate, row.se, row.df) == pytest.approx((0.153506350083, se, 3), rel=1e-9)


def test_given_replicates_are_those_we_make(ask, tmp_path) -> None:
    """Columns of JKn weights, with the scales that belong to them, say what `jkn` says."""
    rows = [line.split(",") for line in AMBULANCE.split()]
    names = [f"r{k}" for k in range(6)]
    made = [[0 if k == j else 2 if k // 2 == j // 2 else 1 for j in range(6)] for k in range(6)]
    path = tmp_path / "given.csv"
    path.write_text(
        "\n".join(
            ",".join(map(str, row))
            for row in (
                [*rows[0], *names],
                *([*r, *m] for r, m in zip(rows[1:], made, strict=True)),
            )
        ),
        encoding="utf-8",
    )
    by_column = "replicates: {method: JKn, columns: 'r*', rscales: 0.5}\n"
    (given,) = ask(str(path), by_column, "ratio:alive/arrests")
    design = "strata: ESA\nclusters: [ambulance]\nnest: true\nreplicates: JKn\n"
    (own,) = ask(str(path), design, "ratio:alive/arrests")
    assert (given.estimate, given.se, given.df) == pytest.approx((own.estimate, own.se, own.df))


@pytest.mark.data
def test_the_json_is_as_documented(call, tmp_path) -> None:
    design = tmp_path / "design.yml"
    design.write_text(STRAT, encoding="utf-8")
    words = ["estimate", FOLDER / "apistrat.csv", "--design", design]
    code, out, _ = call(*words, "--statistic", MEAN, "--by", "stype", "--format", "json")
    assert code == 0
    rows = json.loads(out)["rows"]
    keys = ["statistic", "domain", "estimate", "se", "low", "high", "n", "df"]
    assert [list(row) for row in rows] == [keys] * 3
    assert [row["domain"] for row in rows] == ["E", "H", "M"]


RUNS = yaml.safe_load((Path(__file__).parent / "survey_runs.yml").read_text(encoding="utf-8"))


@pytest.mark.long
@pytest.mark.data
@pytest.mark.parametrize(
    "run", RUNS, ids=[f"{run['file']} {' '.join(run['design'].split())}" for run in RUNS]
)
def test_hundreds_of_figures_of_r_are_ours(ask, run) -> None:
    for asked, found in run["found"].items():
        statistic, _, by = asked.partition(" by ")
        rows = {row.domain or "": row for row in ask(
            run["file"], run["design"], statistic, by=[by] if by else []
        )}  # fmt: skip
        for domain, (estimate, se) in found.items():
            row = rows[domain]
            # R wrote the weights of the file in single precision, we read them as they stand
            assert (row.estimate, row.se) == pytest.approx((estimate, se), rel=1e-9), asked


MU284 = "id1,n1,id2,y1,n2\n" + "".join(
    f"{unit},50,{k},{y},{size}\n"
    for k, values in enumerate(
        [(41, 49, 31, 39, 49), (49, 49, 31, 41, 51), (49, 45, 35, 61, 33)], start=1
    )
    for unit, size, y in zip((19, 45, 47, 50, 31), (5, 8, 5, 9, 7), values, strict=True)
)


def test_two_stages_of_municipalities(ask, tmp_path) -> None:
    """Särndal, Swensson & Wretman (1992), MU284: five clusters, three units in each."""
    path = tmp_path / "mu284.csv"
    path.write_text(MU284, encoding="utf-8")
    total, mean = ask(
        str(path), "clusters: [id1, id2]\nfpc: [n1, n2]\n", "total:y1", "mean:y1"
    )  # fmt: skip
    assert (total.estimate, total.se) == pytest.approx((15080, 2274.254700873), rel=1e-9)
    assert (mean.estimate, mean.se) == pytest.approx((44.3529411765, 2.273652727816), rel=1e-9)
    assert (mean.n, mean.df) == (15, 4)
