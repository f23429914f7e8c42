/** Addresses of what is no public network, in the forms in which URLs can have them. */
export const CLOSED_ADDRESSES = [
  '127.0.0.1',
  '127.1',
  '0',
  '0x7f000001',
  '2130706433',
  '017700000001',
  '①②⑦.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '224.0.0.1',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fec0::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
]

/** A resolver that gives one answer after the other, and then the last one again. */
export function resolving(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const resolve = (
    hostname: string,
    _: object,
    done: (error: null, addresses: { address: string; family: number }[]) => void,
  ) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!
    asked.push(hostname)
    done(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { resolve, asked }
}
