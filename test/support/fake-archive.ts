import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

type Files = Readonly<Record<string, string | { readonly link: string }>>;

/** Answers `GET /containers/ID/archive?path=…` as Docker does: the file or folder as a tar, and what it is as a head line. */
export function answerArchive(files: Files, path: string, response: ServerResponse): void {
  const file = files[path];
  const inside = Object.keys(files).filter((name) => name.startsWith(`${path}/`));
  if (file === undefined && inside.length === 0) {
    response.statusCode = 404;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ message: `Could not find the file ${path}` }));
    return;
  }
  const link = typeof file === 'object' ? file.link : '';
  // The numbers of Go: a link, a folder, a file.
  const mode = link !== '' ? 0x08_00_01_ff : file === undefined ? 0x80_00_01_ed : 0x1_a4;
  response.setHeader('X-Docker-Container-Path-Stat', Buffer.from(JSON.stringify({ name: basename(path), size: 0, mode, mtime: '2024-01-01T00:00:00Z', linkTarget: link })).toString('base64'));
  response.setHeader('Content-Type', 'application/x-tar');
  response.end(tarOf(files, path));
}

function tarOf(files: Files, path: string): Buffer {
  const root = mkdtempSync(join(tmpdir(), 'gw-archive-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      if (typeof content === 'string') writeFileSync(join(root, name), content);
      else symlinkSync(content.link, join(root, name));
    }
    return execFileSync('tar', ['--format=pax', '-C', join(root, dirname(path)), '-c', basename(path)], { maxBuffer: 1 << 26 });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
