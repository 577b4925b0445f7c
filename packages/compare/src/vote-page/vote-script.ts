/**
 * What the page does with a script: keys, and the next pair without loading the page anew, shown only when both of its
 * pictures are there. Without it the forms do the same.
 */
export const voteScript = `
const status = document.getElementById('status')
const trouble = document.getElementById('trouble')
let busy = false
let letters = true

/** Who speaks to the machine, or whose fingers slip, can do without keys of one character. */
function addSwitch() {
  const keys = document.querySelector('.keys')
  if (keys === null) return
  const button = document.createElement('button')
  button.type = 'button'
  button.id = 'keys'
  button.className = 'plain'
  const tell = () => {
    button.textContent = letters ? 'Turn 1, 2, 0, S and U off' : 'Turn 1, 2, 0, S and U on'
  }
  button.addEventListener('click', () => {
    letters = !letters
    tell()
  })
  tell()
  keys.append(button, ' ')
}
addSwitch()

function showTrouble(text) {
  trouble.textContent = text
  trouble.hidden = text === ''
}

async function exchange(text) {
  const next = new DOMParser().parseFromString(text, 'text/html')
  const fresh = next.querySelector('main')
  if (fresh === null) throw new Error('the answer is no page')
  const focused = document.activeElement?.id
  // Pictures begin to load when the document takes them over.
  document.adoptNode(fresh)
  await Promise.allSettled([...fresh.querySelectorAll('.pair img')].map((image) => image.decode()))
  document.querySelector('main').replaceWith(fresh)
  addSwitch()
  document.title = next.title
  status.textContent = fresh.dataset.announce ?? ''
  const target = (focused && document.getElementById(focused)) || document.getElementById('question')
  target?.focus({ preventScroll: true })
  if (target !== null && document.activeElement !== target) document.getElementById('question')?.focus({ preventScroll: true })
}

document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !('swap' in form.dataset)) return
  event.preventDefault()
  if (busy) return
  busy = true
  document.querySelector('main').setAttribute('aria-busy', 'true')
  try {
    const body = new URLSearchParams(new FormData(form, event.submitter))
    const response = await fetch(form.getAttribute('action'), { method: 'POST', body })
    await exchange(await response.text())
    showTrouble('')
  } catch {
    document.querySelector('main').removeAttribute('aria-busy')
    showTrouble('The voting page does not answer. Is \`likeness vote\` still running? Your last choice may not be counted.')
  } finally {
    busy = false
  }
})

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target instanceof HTMLInputElement || (!letters && event.key.length === 1)) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const button = [...document.querySelectorAll('button[aria-keyshortcuts]')].find((candidate) =>
    candidate.getAttribute('aria-keyshortcuts').split(' ').includes(key),
  )
  if (button === undefined) return
  event.preventDefault()
  if (!button.disabled) button.form.requestSubmit(button)
})
`
