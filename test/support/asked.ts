/** What the services of a command are asked and what people are told; each method answers what it was made with. */
export function recorder() {
  const asked: unknown[] = []
  const said: string[] = []
  const method =
    (name: string, answer: unknown) =>
    async (...given: unknown[]) => {
      asked.push([name, ...given])
      return answer
    }
  const terminal = async () => ({say: (line: string) => said.push(line)})
  return {asked, said, method, terminal}
}
