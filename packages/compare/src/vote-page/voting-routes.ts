import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { guard } from './guard.js'
import { renderMessage } from './page.js'
import { opaqueId, type Seat } from './seat.js'
import { voterSchema } from './vote-lines.js'
import { voteScript } from './vote-script.js'
import { voteStyles } from './vote-styles.js'
import type { VotingDesk } from './voting-desk.js'

const cookieName = 'likeness-voter'
/** The longest form is a name. In bytes. */
const longestForm = 4096

const nothing = ["'none'"]
const own = ["'self'"]

/** The seat of the browser that asks; `undefined` where it has not said who is voting. */
function seatOf(context: Context, desk: VotingDesk): Seat | undefined {
  const [, key, name] = /^([\w-]{22})\.(.+)$/s.exec(getCookie(context, cookieName) ?? '') ?? []
  const { success, data } = voterSchema.safeParse(name)
  return key !== undefined && success ? desk.room.seats.take(key, data) : undefined
}

/** Pages and forms of a vote. Answers are for one person and moment, so that nothing is stored. */
export function votingRoutes(desk: VotingDesk, hostnames: readonly string[]): Hono {
  const app = new Hono()
  const message = (title: string) => (text: string) => renderMessage(title, text, desk.emulated)
  const back = (context: Context) => context.redirect('./', 303)
  const formOf = async (context: Context) => new URLSearchParams(await context.req.text())

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: nothing,
        imgSrc: [...own, 'data:'],
        styleSrc: own,
        scriptSrc: own,
        connectSrc: own,
        formAction: own,
        baseUri: nothing,
        frameAncestors: nothing,
      },
      // Not `no-referrer`: with that browsers do not say where a form comes from.
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
      strictTransportSecurity: false,
    }),
    async (context, next) => {
      await next()
      context.header('cache-control', 'no-store')
    },
    guard(hostnames, message('This cannot be answered')),
    bodyLimit({
      maxSize: longestForm,
      onError: (context) => context.html(message('This is too long')('A form has at most 4 KB.'), 413),
    }),
  )
  app.onError((error, context) => {
    desk.onError(error)
    return context.html(
      message('Something went wrong')('Your last choice may not be kept; the terminal says why.'),
      500,
    )
  })
  app.notFound((context) => context.html(message('There is no such page')(''), 404))

  app.get('/style.css', (context) => context.body(voteStyles, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/script.js', (context) =>
    context.body(voteScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/pictures/:id', async (context) => {
    const image = await desk.picture(context.req.param('id'))
    if (image === undefined) return context.notFound()
    return context.body(image.bytes, 200, { 'content-type': image.mediaType })
  })

  app.get('/', async (context) => {
    const seat = seatOf(context, desk)
    if (seat === undefined) return context.html(desk.namePage())
    return seat.revealed ? context.redirect('results', 303) : context.html(await desk.votingPage(seat))
  })
  app.post('/voter', async (context) => {
    const name = (await formOf(context)).get('name') ?? ''
    const { success, data } = voterSchema.safeParse(name)
    if (!success) return context.html(desk.namePage(name), 400)
    setCookie(context, cookieName, `${opaqueId()}.${data}`, { httpOnly: true, sameSite: 'Strict' })
    return back(context)
  })
  app.post('/leave', (context) => {
    deleteCookie(context, cookieName)
    return back(context)
  })
  app.post('/vote', async (context) => {
    const seat = seatOf(context, desk)
    const form = await formOf(context)
    const problem = seat === undefined || seat.revealed ? undefined : await desk.take(seat, form)
    return problem === undefined ? back(context) : context.html(message('This is no vote')(problem), 400)
  })
  app.post('/undo', async (context) => {
    const seat = seatOf(context, desk)
    if (seat !== undefined && !seat.revealed) await desk.room.undo(seat)
    return back(context)
  })
  app.post('/again', (context) => {
    const seat = seatOf(context, desk)
    if (seat !== undefined) desk.room.showSkipped(seat)
    return back(context)
  })
  app.get('/results', async (context) => {
    const seat = seatOf(context, desk)
    if (seat === undefined) return back(context)
    return context.html(seat.revealed ? await desk.resultsPage() : desk.revealPage())
  })
  app.post('/results', (context) => {
    const seat = seatOf(context, desk)
    if (seat !== undefined) desk.room.end(seat)
    return context.redirect('results', 303)
  })
  return app
}
