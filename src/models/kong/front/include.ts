/**
 * The two nginx files that Kong includes: `map` blocks (http) and `if ($x) { return N; }` lines (server). Everything else
 * in them is reported, so that no directive is silently taken as without effect.
 */
export interface NodeRules {
  readonly maps: ReadonlyMap<string, { readonly source: string; readonly cases: readonly MapCase[]; readonly otherwise: string }>;
  readonly refusals: readonly { readonly variable: string; readonly status: number }[];
  readonly unknown: readonly string[];
}
interface MapCase {
  readonly test: (value: string) => boolean;
  readonly result: string;
}
export const NO_NODE_RULES: NodeRules = { maps: new Map(), refusals: [], unknown: [] };

export function parseIncludes(http: string, proxy: string): NodeRules {
  const maps = new Map<string, { source: string; cases: MapCase[]; otherwise: string }>();
  const unknown: string[] = [];
  const statements = words(http);
  for (let at = 0; at < statements.length; ) {
    const [keyword, source, name, brace] = statements.slice(at, at + 4);
    if (keyword?.text !== 'map' || source === undefined || name === undefined || brace?.text !== '{') {
      unknown.push(keyword?.text ?? '');
      break;
    }
    const end = statements.findIndex((word, index) => index > at && word.text === '}' && !word.quoted);
    if (end === -1) break;
    maps.set(name.text, mapOf(source.text, statements.slice(at + 4, end)));
    at = end + 1;
  }
  const refusals: { variable: string; status: number }[] = [];
  for (const line of proxy.split('\n').map((text) => text.trim()).filter((text) => text !== '' && !text.startsWith('#'))) {
    const match = /^if \((\$[a-z_]+)\) \{ return (\d{3}); \}$/.exec(line);
    if (match?.[1] === undefined) unknown.push(line);
    else refusals.push({ variable: match[1], status: Number(match[2]) });
  }
  return { maps, refusals, unknown };
}

function mapOf(source: string, body: readonly Word[]): { source: string; cases: MapCase[]; otherwise: string } {
  const cases: MapCase[] = [];
  let otherwise = '';
  const items = body.filter((word) => word.text !== ';' || word.quoted);
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at]?.text ?? '';
    const result = items[at + 1]?.text ?? '';
    if (key === 'default') otherwise = result;
    else cases.push({ test: keyTest(key), result });
  }
  return { source, cases, otherwise };
}

function keyTest(key: string): (value: string) => boolean {
  if (!key.startsWith('~')) return (value) => value.toLowerCase() === key.toLowerCase();
  const insensitive = key.startsWith('~*');
  const regex = new RegExp(key.slice(insensitive ? 2 : 1), insensitive ? 'is' : 's');
  return (value) => regex.test(value);
}

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** nginx words: quotes, `\"` inside them, `;`, braces, comments. */
function words(text: string): readonly Word[] {
  const out: Word[] = [];
  const pattern = /#[^\n]*|"((?:\\.|[^"\\])*)"|([{};])|([^\s{};"]+)/gs;
  for (const match of text.matchAll(pattern)) {
    if (match[1] !== undefined) out.push({ text: match[1].replaceAll('\\"', '"'), quoted: true });
    else if (match[2] !== undefined || match[3] !== undefined) out.push({ text: match[2] ?? match[3] ?? '', quoted: false });
  }
  return out;
}

/** The status with which the node refuses before Kong routes; undefined = it goes on. */
export function refusalOf(rules: NodeRules, variables: Readonly<Record<string, string>>): { readonly status: number; readonly variable: string } | undefined {
  for (const refusal of rules.refusals) {
    const value = valueOf(rules, variables, refusal.variable);
    if (value !== '' && value !== '0') return refusal;
  }
  return undefined;
}

function valueOf(rules: NodeRules, variables: Readonly<Record<string, string>>, name: string): string {
  const map = rules.maps.get(name);
  if (map === undefined) return variables[name] ?? '';
  const source = valueOf(rules, variables, map.source);
  return map.cases.find((entry) => entry.test(source))?.result ?? map.otherwise;
}
