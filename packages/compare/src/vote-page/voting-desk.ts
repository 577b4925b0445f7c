import { subjectOf } from '../plan/work.js'
import type { RunFolder } from '../run/run-folder.js'
import { type Progress, renderBallotPage } from './ballot-page.js'
import { type ShownImage, shrinkPhoto } from './disguise.js'
import { renderDonePage } from './done-page.js'
import { renderNamePage } from './name-page.js'
import type { Pair } from './pairs.js'
import { renderResultsPage, renderRevealPage } from './results-page.js'
import { opaqueId, type Seat } from './seat.js'
import { standingOf } from './standing.js'
import { standingVotes, toVote } from './vote-lines.js'
import type { VotesFile } from './votes-file.js'
import type { VotingRoom } from './voting-room.js'

/** Photos of a subject that a voter sees: enough to know it by. */
const mostPhotos = 8

export interface VotingDeskOptions {
  readonly run: Pick<RunFolder, 'id' | 'folder' | 'plan' | 'photos' | 'emulated'>
  readonly pairs: readonly Pair[]
  readonly votes: VotesFile
  readonly room: VotingRoom
  readonly onError: (error: unknown) => void
}

/** What a voter sees at each moment, and what the voter may say. */
export class VotingDesk {
  readonly room: VotingRoom
  readonly onError: (error: unknown) => void
  readonly #options: VotingDeskOptions
  /** By the subject's name in the plan: ids under which its photos are served. */
  readonly #photoIds = new Map<string, readonly string[]>()
  readonly #photos = new Map<string, () => Promise<ShownImage>>()

  constructor(options: VotingDeskOptions) {
    this.#options = options
    this.room = options.room
    this.onError = options.onError
    const { run } = options
    for (const [subject, { photos, heldOut }] of Object.entries(run.photos)) {
      const shown = [...photos, ...heldOut].slice(0, mostPhotos).map((image) => {
        const id = opaqueId()
        let made: Promise<ShownImage> | undefined
        this.#photos.set(id, () => {
          made ??= shrinkPhoto(run.folder, image)
          return made
        })
        return id
      })
      this.#photoIds.set(subject, shown)
    }
  }

  get emulated(): boolean | undefined {
    return this.#options.run.emulated
  }

  /** A picture of an open ballot or a photo; `undefined` for any other id. */
  async picture(id: string): Promise<ShownImage | undefined> {
    return (await this.#photos.get(id)?.()) ?? this.room.picture(id)
  }

  namePage(refused?: string): string {
    return renderNamePage({ emulated: this.emulated, pairs: this.#options.pairs.length, refused })
  }

  async votingPage(seat: Seat): Promise<string> {
    const ballot = await this.room.ballotOf(seat)
    const progress = await this.#progressOf(seat)
    const { notice, voter } = seat
    seat.notice = undefined
    const common = { voter, progress, notice, canUndo: seat.cast.length > 0, emulated: this.emulated }
    if (ballot === undefined) return renderDonePage(common)
    const { plan } = this.#options.run
    const { pair } = ballot
    const prompt = plan.prompts.find(({ id }) => id === pair.prompt)?.prompt ?? pair.prompt
    const photos = this.#photoIds.get(pair.subject) ?? []
    return renderBallotPage({ ...common, ballot, prompt, photos, subject: subjectOf(plan, pair.subject) })
  }

  async #progressOf(seat: Seat): Promise<Progress> {
    const { pairs, votes } = this.#options
    const standing = standingVotes(await votes.read())
    const own = standing.filter(({ voter }) => voter === seat.voter).length
    return { pairs: pairs.length, own, votes: standing.length, skipped: seat.skipped.size }
  }

  /** Takes the form of a ballot; says what is wrong with it, if something is. */
  async take(seat: Seat, form: URLSearchParams): Promise<string | undefined> {
    const ballot = form.get('ballot')
    if (ballot === null) return 'ballot is missing.'
    const choice = form.get('choice')
    switch (choice) {
      case 'left':
      case 'right':
      case 'tie':
        await this.room.judge(seat, ballot, choice)
        return undefined
      case 'skip':
        this.room.skip(seat, ballot)
        return undefined
      default:
        return `choice must be left, right, tie or skip (given: ${choice ?? 'nothing'}).`
    }
  }

  revealPage(): string {
    return renderRevealPage(this.emulated)
  }

  async resultsPage(): Promise<string> {
    const { run, votes } = this.#options
    const cast = standingVotes(await votes.read()).map(toVote)
    return renderResultsPage(standingOf(run.id, cast), this.emulated)
  }
}
