import type { HeaderList } from '../../src/ir/index.ts';
import { isJsonObject, objectAt, stringAt } from './json.ts';

/** An entry of `tests:`. */
export interface SpecTest {
  readonly said: string;
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly headers: HeaderList;
  /** A route's name, or a status. */
  readonly expect: string;
}

/** The entries of `tests:` of a parsed file, short and long form. */
export function specTests(file: unknown): readonly SpecTest[] {
  const tests = isJsonObject(file) && Array.isArray(file['tests']) ? file['tests'] : [];
  return tests.map((one: unknown) => {
    if (typeof one === 'string') return specTest(one.split(' -> ')[0] ?? '', one.split(' -> ')[1] ?? '', []);
    const headers = Object.entries(objectAt(one, 'headers')).map(([name, value]): [string, string] => [name, String(value)]);
    return specTest(stringAt(one, 'request'), isJsonObject(one) ? String(one['expect']) : '', headers);
  });
}

function specTest(request: string, expect: string, headers: HeaderList): SpecTest {
  const [method = '', written = ''] = request.split(' ');
  const url = new URL(written);
  return { said: request, method, host: url.host, target: `${url.pathname}${url.search}`, headers, expect };
}
