import { connect } from 'node:net';

/** What a server said, and whether it ended the connection itself. */
export interface Said {
  readonly text: string;
  readonly ended: boolean;
}

/** How a conversation goes: `later` is sent once something came, after `idle` milliseconds of silence it is over. */
export interface Manner {
  readonly later?: string;
  readonly idle?: number;
}

/** What comes back on a raw socket until nothing more does. */
export function talk(port: number, bytes: string, { later = '', idle = 300 }: Manner = {}): Promise<Said> {
  return new Promise((resolve) => {
    let [text, rest, ended] = ['', later, false];
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.setTimeout(idle, () => socket.destroy());
    socket.on('error', () => undefined).on('end', () => void (ended = true)).on('close', () => resolve({ text, ended })).on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (rest !== '') socket.write(rest);
      rest = '';
    });
  });
}

const ANSWER = 'HTTP/1\\.[01] ';

/** The fields of each head in order of their names. `start`: how the first line of a head begins, as a pattern; default: as an answer's. */
export function inOrder(text: string, start = ANSWER): string {
  const heads = new RegExp(`(${start}[^\\r]*\\r\\n)([^]*?\\r\\n)(?=\\r\\n)`, 'g');
  return text.replace(heads, (_, first: string, fields: string) => `${first}${fields.split('\r\n').filter((line) => line !== '').toSorted((a, b) => (a < b ? -1 : 1)).join('\r\n')}\r\n`);
}
