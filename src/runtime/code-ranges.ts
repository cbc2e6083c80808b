/** Status lists such as `404`, `500-599` (pkg/types/http_code_range.go). */
export function codeRanges(texts: readonly string[]): (status: number) => boolean {
  const ranges = texts.map((text) => {
    const [low = '', high = low] = text.split('-');
    return [Number(low), Number(high)] as const;
  });
  return (status) => ranges.some(([low, high]) => status >= low && status <= high);
}
