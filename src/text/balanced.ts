/** Whether each bracket that opens is closed behind it, and none is closed that was not open. Nothing but these two is looked at. */
export function isBalanced(text: string, open: string, close: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === open) depth += 1;
    if (char === close) depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
