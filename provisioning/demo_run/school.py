"""The demo school's event directory: the repository's event and participants, for today and for any number."""
import csv
import datetime
import os
import random
import re

PACKAGES = ("latihan", "literasi", "numerasi", "survei", "adaptif")
PARTICIPANTS_MAX = 1500
FIRST_NAMES = ("Ayu Bima Citra Dimas Eka Fajar Gita Hasan Indah Joko Kartika Lestari Maria Nanda Oki Putri Rani Surya "
               "Tono Wulan Yohana Zulfikar").split()
LAST_NAMES = ("Anwar Batubara Ginting Hutapea Iskandar Kurniawan Lumban Mandagi Nasution Pattiasina Rahayu Saputra "
              "Siregar Tanjung Uneputty Wibowo Yulianti Wanimbo").split()


def check_digit(digits: str) -> str:
    """Of the twelve digits of a username, as provisioning/demo/README.md says."""
    return str(sum(int(d) * (i + 2) for i, d in enumerate(digits)) % 11 % 10)


def more_rows(like: dict, first: int, last: int, seed: int) -> list[dict]:
    """Invented participants number first to last, in the form of an existing row."""
    chance = random.Random(seed)
    rows = []
    for number in range(first, last + 1):
        digits = f"99010042{number:04d}"
        rows.append(like | {
            "nisn": f"01299{number:05d}", "username": f"P{digits}{check_digit(digits)}",
            "password": f"{chance.randrange(10**6):06d}*",
            "name": f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)} {chance.choice(LAST_NAMES)}",
            "sex": chance.choice("LP"), "role": "utama", "needs": "", "seat": str(number)})
    return rows


def participants_of(directory: str) -> list[dict]:
    with open(os.path.join(directory, "participants.csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_adaptive(event: str) -> str:
    """The first sitting ends with the test in stages, too."""
    first, second = event.split('[[sitting]]\nid = "S2"')
    return f'{first}  [[sitting.test]]\n  id = "adaptif"\n  gate = "open"\n\n[[sitting]]\nid = "S2"{second}'


def prepare(source: str, target: str, participants: int | None, adaptive: bool) -> list[dict]:
    """Writes target/event.toml (sittings dated today) and target/participants.csv; gives the participants' rows."""
    os.makedirs(target)
    with open(os.path.join(source, "event.toml"), encoding="utf-8") as file:
        event = file.read()
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date().isoformat()
    event = re.sub(r'(?<=_at = ")\d{4}-\d\d-\d\d(?=T)', today, event)
    if adaptive:
        event = with_adaptive(event)
    with open(os.path.join(target, "event.toml"), "w", encoding="utf-8") as file:
        file.write(event)
    rows = participants_of(source)
    if participants is not None:
        main_rows = [row for row in rows if row["role"] == "utama"]
        rows = main_rows[:participants]
        if participants > len(main_rows):
            # After the reserves' numbers, so that no seat or username is taken twice.
            rows += more_rows(main_rows[0], 51, 50 + participants - len(main_rows), seed=20261121)
    with open(os.path.join(target, "participants.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows
