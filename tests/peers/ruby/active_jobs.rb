# Jobs of Active Job, for whatever adapter: each has a namesake in Rust (src/jobs.rs).

require "logger"
require "active_job"

require_relative "told"

ActiveJob::Base.logger = Logger.new(nil)

# Tells its arguments: symbols, dates, times, durations, letters of all kinds, keywords.
class Greet < ActiveJob::Base
  queue_as :mailers

  # What a namesake in Rust checks.
  USUAL = ["白鷺", :gentle, Date.new(2026, 11, 28), Time.utc(2026, 11, 28, 12, 30, 0.25r), 90.minutes,
    {"place" => "沼 <&> 'x'", :deep => [nil, 1.5, {"n" => 10**20}]}].freeze

  def self.usual(wait: nil)
    job = wait ? set(wait: wait) : self
    job.perform_later(*USUAL, polite: true, times: 3)
  end

  def perform(name, mood, on, at, pause, notes, polite: false, times: 1)
    positional = [name, mood, on, at, pause, notes]
    Told.tell("done", self, jid: provider_job_id, arguments: Plain.of(positional),
      keywords: {polite: polite, times: times})
  end
end

# Fails the first so many times, and handles that itself.
class Waver < ActiveJob::Base
  class Unsteady < StandardError; end

  retry_on Unsteady, wait: 3600, attempts: 5, jitter: 0

  def perform(times, mark)
    run = Told.count(mark)
    Told.tell((run <= times) ? "failed" : "done", self, executions: executions, run: run)
    raise Unsteady, "run #{run} of #{mark}" if run <= times
  end
end

# Fails always; what nothing handles is the store's to judge.
class Topple < ActiveJob::Base
  def perform(mark)
    Told.tell("failed", self, executions: executions, run: Told.count(mark))
    raise "#{mark} has toppled"
  end
end
