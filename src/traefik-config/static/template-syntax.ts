import { isBalanced } from '../../text/index.ts';

/** The end of an action, a text, or what means nothing by itself. A text that is not closed is none of these. */
const PIECE = /\}\}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[^"'`/}]+|[/}]/sy;

/** Whether Go's text/template takes the template, by its blocks and brackets alone: false is certain, true is not. */
export function isTemplate(text: string): boolean {
  const open: string[] = [];
  const actions = actionsIn(text);
  return actions !== undefined && actions.every((action) => isComment(action) || takes(action, open)) && open.length === 0;
}

/** What stands between braces, its texts emptied; undefined = somewhere no end counts. The template is gone over once, whatever it holds. */
function actionsIn(text: string): readonly string[] | undefined {
  const actions: string[] = [];
  const lastComment = text.lastIndexOf('*/');
  for (let from = text.indexOf('{{'); from !== -1; ) {
    const read = readAction(text, from + 2, lastComment);
    if (read === undefined) return undefined;
    actions.push(read.action.replace(/^- /, '').trimStart().replace(/ -$/, '').trimEnd());
    from = text.indexOf('{{', read.end);
  }
  return actions;
}

/** Up to the braces that end it, outside of texts and comments. */
function readAction(text: string, from: number, lastComment: number): { readonly action: string; readonly end: number } | undefined {
  let action = '';
  let end = from;
  for (let piece = pieceAt(text, end, lastComment); piece !== undefined; piece = pieceAt(text, end, lastComment)) {
    end += piece.length;
    if (piece === '}}') return { action, end };
    action += /^["'`]/.test(piece) ? '""' : piece;
  }
  return undefined;
}

function pieceAt(text: string, at: number, lastComment: number): string | undefined {
  if (text.startsWith('/*', at) && lastComment >= at + 2) return text.slice(at, text.indexOf('*/', at + 2) + 2);
  PIECE.lastIndex = at;
  return PIECE.exec(text)?.[0];
}

function isComment(action: string): boolean {
  return action.startsWith('/*') && action.endsWith('*/');
}

/** Whether an action may stand behind the blocks that are open; the last of them is the innermost. */
function takes(action: string, open: string[]): boolean {
  if (action === '' || /^(?:-(?!\d)|\||\/\*)|[{}]/.test(action) || !isBalanced(action, '(', ')')) return false;
  const [word = ''] = action.split(/[\s(]/, 1);
  const rest = action.slice(word.length).trim();
  switch (word) {
    case 'if':
    case 'with':
    case 'range':
    case 'define':
    case 'block':
      open.push(word);
      return rest !== '';
    case 'else':
      return takesElse(rest, open);
    case 'end':
      return rest === '' && open.pop() !== undefined;
    case 'break':
    case 'continue':
      return open.some((block) => block.startsWith('range'));
    default:
      return true;
  }
}

/** A block has one bare `else`, and `else if` only behind `if`, `else with` only behind `with`. */
function takesElse(rest: string, open: string[]): boolean {
  const block = open.pop();
  if (block === undefined || !['if', 'with', 'range'].includes(block)) return false;
  const [again = '', ...test] = rest.split(/\s+/);
  open.push(again === '' ? `${block} else` : block);
  return again === '' || (again === block && block !== 'range' && test.length > 0);
}
