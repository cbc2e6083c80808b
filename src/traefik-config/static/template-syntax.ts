/** An action, whose end counts only outside of texts and comments. */
const ACTION = /\{\{(?:- )?\s*((?:\/\*.*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[^"'`])*?)\s*(?: -)?\}\}/gs;
const QUOTED = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/gs;

/** Whether Go's text/template takes the template, by its blocks and brackets alone: false is certain, true is not. */
export function isTemplate(text: string): boolean {
  const open: string[] = [];
  for (const [, action = ''] of text.matchAll(ACTION)) if (!isComment(action) && !takes(action.replaceAll(QUOTED, '""'), open)) return false;
  return open.length === 0 && !text.replaceAll(ACTION, '').includes('{{');
}

function isComment(action: string): boolean {
  return action.startsWith('/*') && action.endsWith('*/');
}

/** Whether an action may stand behind the blocks that are open; the last of them is the innermost. */
function takes(action: string, open: string[]): boolean {
  if (action === '' || /^(?:-(?!\d)|\||\/\*)|[{}]/.test(action) || !isBalanced(action)) return false;
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

function isBalanced(action: string): boolean {
  let depth = 0;
  for (const char of action) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
