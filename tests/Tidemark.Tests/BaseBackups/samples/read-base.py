#!/usr/bin/env python3
"""Lists and restores base backups from a copy of a store in a folder, with nothing but python3, zstd and age.

Written from docs/repository-format.md alone: it is the proof that the page says enough.
"""
import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys


class Damaged(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Damaged(why)


def run(command, stdin):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    need(done.returncode == 0, f"{command[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def short_hash(raw):
    return hashlib.sha256(raw).digest()[:16]


class Fields:
    """Bytes, read from the front."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        need(self.at + count <= len(self.raw), "it ends too early")
        self.at += count
        return self.raw[self.at - count:self.at]

    def n(self):
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def z(self):
        value = self.n()
        return value // 2 if value % 2 == 0 else -(value + 1) // 2

    def block(self):
        return self.take(self.n())

    def name(self, before):
        return before[:self.n()] + self.block()

    def is_at_end(self):
        return self.at == len(self.raw)


def checked_path(path):
    need(path and all(part not in (b"", b".", b"..") for part in path.split(b"/")) and b"\0" not in path, f"{path!r} is no path")
    return path


class Store:
    def __init__(self, folder, identity):
        self.folder, self.identity, self.packs = folder, identity, {}

    def read(self, key):
        with open(os.path.join(self.folder, key), "rb") as file:
            return file.read()

    def opened(self, raw):
        if not raw.startswith(b"age-encryption.org/"):
            return raw
        need(self.identity, "it is encrypted: --identity FILE")
        return run(["age", "--decrypt", "--identity", self.identity], raw)

    def pack(self, life, pack_id, size, index_hash):
        """Its frames: (kind, what came out of it)."""
        if pack_id not in self.packs:
            raw = self.read(f"{life}/packs/{pack_id[:2]}/{pack_id}")
            need(len(raw) == size and hashlib.sha256(raw).hexdigest() == pack_id, f"pack {pack_id} is damaged")
            # A few are enough: files lie in them one behind the other.
            if len(self.packs) >= 8:
                self.packs.pop(next(iter(self.packs)))
            self.packs[pack_id] = Pack(self.opened(raw))
        pack = self.packs[pack_id]
        need(pack.index_hash == index_hash, f"pack {pack_id} has another index than was named")
        return pack


class Pack:
    def __init__(self, raw):
        trailer = raw[-16:]
        need(trailer[10:] == b"TMPACK", "it does not end as a pack does")
        packed, unpacked, form = (int.from_bytes(trailer[a:b], "little") for a, b in ((0, 4), (4, 8), (8, 10)))
        need(form == 1, f"it is of format {form}, and format 1 is known here")
        start = len(raw) - 16 - packed - 8
        need(raw[start:start + 4] == bytes.fromhex("5E2A4D18"), "its index does not begin where it should")
        need(int.from_bytes(raw[start + 4:start + 8], "little") == packed + 16, "its index has another length")
        index = run(["zstd", "-d", "-q", "-c"], raw[start + 8:start + 8 + packed])
        need(len(index) == unpacked, "its index is cut")
        self.index_hash = short_hash(index)
        whole = run(["zstd", "-d", "-q", "-c"], raw)
        self.frames, self.pages, at, stored_at = [], None, 0, 0
        fields = Fields(index)
        self.page_size = fields.n()
        path = b""
        while not fields.is_at_end():
            kind, stored, length, wanted = fields.n(), fields.n(), fields.n(), fields.take(16)
            content = whole[at:at + length]
            need(len(content) == length and short_hash(content) == wanted, f"frame {len(self.frames)} is damaged")
            at, stored_at = at + length, stored_at + stored
            if kind == 1:
                path = checked_path(fields.name(path))
                for _ in range(fields.n()):
                    fields.n(), fields.n()
            elif kind == 2:
                for _ in range(fields.n()):
                    path = checked_path(fields.name(path))
                    fields.n()
            self.frames.append((kind, content))
        need(at == len(whole) and stored_at == start, "its index does not tell all of it")


class Map:
    """Chunk or list: its packs, and places that name them."""

    def __init__(self, raw, kind):
        self.fields, self.next = Fields(raw), 0
        need(self.fields.n() == kind, "it is of another kind")
        self.packs = [(self.fields.take(32).hex(), self.fields.n(), self.fields.take(16)) for _ in range(self.fields.n())]

    def place(self):
        pack = self.packs[self.fields.n()]
        frame = self.next + self.fields.z()
        self.next = frame + 1
        return pack, frame

    def runs(self):
        runs = []
        for _ in range(self.fields.n()):
            pages, place = self.fields.n(), self.place()
            runs.append((pages, place, self.fields.n()))
        return runs


class Backup:
    def __init__(self, store, life, backup_id):
        self.store, self.life, self.id = store, life, backup_id
        self.manifest = self.document("manifest", "base manifest")
        self.page_size = self.manifest["blockSize"]

    def document(self, name, what):
        raw = self.store.opened(self.store.read(f"{self.life}/bases/{self.id}/{name}"))
        document = json.loads(raw.split(b"\n")[0])
        need(document["what"] == what, f"it is no {what}")
        need(document["format"] == 1, f"it is of format {document['format']}, and format 1 is known here")
        need(document["id"] == self.id, "it is that of another backup")
        return document

    def frame(self, place, kinds):
        (pack_id, size, index_hash), number = place
        kind, content = self.store.pack(self.life, pack_id, size, index_hash).frames[number]
        need(kind in kinds, "a frame is of another kind")
        return content

    def chunks(self):
        for told in self.manifest["mapLists"]:
            place = ((told["pack"], told["packSize"], bytes.fromhex(told["packIndex"])), told["frame"])
            raw = self.frame(place, [4])
            need(short_hash(raw).hex() == told["hash"] and len(raw) == told["length"], "a list is another than was named")
            chunks, path = Map(raw, 3), b""
            for _ in range(chunks.fields.n()):
                kind = chunks.fields.n()
                path = chunks.fields.name(path)
                first = chunks.fields.n() if kind == 2 else None
                where, length, wanted = chunks.place(), chunks.fields.n(), chunks.fields.take(16)
                content = self.frame(where, [3])
                need(short_hash(content) == wanted and len(content) == length, "a chunk is another than was named")
                yield kind, path, first, Map(content, kind)
            need(chunks.fields.is_at_end(), "a list says more than it should")

    def restore(self, to):
        os.mkdir(to, 0o700)
        root, modes, sizes = os.fsencode(to), [], {}
        for kind, path, first, chunk in self.chunks():
            if kind == 1:
                self.restore_names(root, chunk, modes, sizes)
            else:
                need(checked_path(chunk.fields.block()) == path and chunk.fields.n() == first, "a part is another than was named")
                pages = chunk.fields.n()
                need(self.write_runs(os.path.join(root, path), sizes[path], first, chunk.runs()) == pages, "a part does not tell its pages")
        for name, key in (("backup_label", "backupLabel"), ("tablespace_map", "tablespaceMap"), ("global/pg_control", "control")):
            if key in self.manifest:
                with open(os.path.join(to, name), "wb") as file:
                    file.write(base64.b64decode(self.manifest[key]))
                os.chmod(os.path.join(to, name), 0o600)
        for path, mode in reversed(modes):
            os.chmod(path, mode)
        os.chmod(to, self.manifest["folderMode"])

    def restore_names(self, root, chunk, modes, sizes):
        folder, name = chunk.fields.block(), b""
        for _ in range(chunk.fields.n()):
            name = chunk.fields.name(name)
            inside = checked_path(folder + b"/" + name if folder else name)
            path, kind = os.path.join(root, inside), chunk.fields.n()
            if kind == 5:
                os.symlink(chunk.fields.block(), path)
                continue
            mode = chunk.fields.n()
            modes.append((path, mode))
            if kind == 4:
                os.mkdir(path, 0o700)
                continue
            size, modified = chunk.fields.n(), chunk.fields.z()
            with open(path, "xb") as file:
                file.truncate(size)
                if kind == 2:
                    content, begin = self.frame(chunk.place(), [2]), chunk.fields.n()
                    need(begin + size <= len(content), "a bundle is too short")
                    file.write(content[begin:begin + size])
            if kind == 1:
                need(self.write_runs(path, size, 0, chunk.runs()) == self.pages_of(size), f"{inside!r} is not told whole")
            elif kind == 3:
                sizes[inside] = size
            else:
                need(kind == 2, "it holds a thing of no kind")
            os.utime(path, ns=(modified * 1000, modified * 1000))
        need(chunk.fields.is_at_end(), "a chunk says more than it should")

    def pages_of(self, size):
        return -(-size // self.page_size)

    def write_runs(self, path, size, page, runs):
        first = page
        kept = os.stat(path)
        with open(path, "r+b") as file:
            for pages, place, within in runs:
                begin = page * self.page_size
                wanted = min(pages * self.page_size, size - begin)
                content = self.frame(place, [1])[within * self.page_size:][:wanted]
                need(len(content) == wanted, "an extent is too short")
                file.seek(begin)
                file.write(content)
                page += pages
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        return page - first


def lives(folder):
    for cluster in sorted(os.listdir(os.path.join(folder, "clusters"))):
        for life in sorted(os.listdir(os.path.join(folder, "clusters", cluster))):
            if os.path.isdir(os.path.join(folder, "clusters", cluster, life, "bases")):
                yield f"clusters/{cluster}/{life}"


def backups(store):
    for life in lives(store.folder):
        for backup_id in sorted(os.listdir(os.path.join(store.folder, life, "bases"))):
            if os.path.exists(os.path.join(store.folder, life, "bases", backup_id, "manifest")):
                yield life, backup_id


def show(store):
    for life, backup_id in backups(store):
        lines = store.read(f"{life}/bases/{backup_id}/refs").split(b"\n")
        refs = json.loads(lines[0])
        packs = b"".join(line + b"\n" for line in lines[2:-1])
        need(hashlib.sha256(packs).hexdigest() == refs["packLines"] and len(lines) - 3 == refs["packs"], f"the refs of {backup_id} are damaged")
        print(backup_id, refs["type"], refs["wal"]["stop"]["time"], refs["packs"], refs["packBytes"], life, sep="\t")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    listing, restoring = commands.add_parser("list"), commands.add_parser("restore")
    for command in (listing, restoring):
        command.add_argument("store")
        command.add_argument("--identity")
    restoring.add_argument("id")
    restoring.add_argument("folder")
    asked = parser.parse_args()
    store = Store(asked.store, asked.identity)
    try:
        if asked.command == "list":
            show(store)
            return 0
        found = [life for life, backup_id in backups(store) if backup_id == asked.id]
        if not found:
            print(f"there is no backup {asked.id}", file=sys.stderr)
            return 4
        Backup(store, found[0], asked.id).restore(asked.folder)
        return 0
    except (Damaged, IndexError, KeyError, ValueError) as damaged:
        print(f"damaged: {damaged}", file=sys.stderr)
        return 10


if __name__ == "__main__":
    sys.exit(main())
