/** Gives each made entity a name that nothing else has: the wanted one, else with the first free number behind it. */
export type FreeName = (wanted: string) => string;

export function freeNames(declared: Iterable<string>): FreeName {
  const taken = new Set(declared);
  return (wanted) => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${String(number)}`;
    taken.add(name);
    return name;
  };
}
