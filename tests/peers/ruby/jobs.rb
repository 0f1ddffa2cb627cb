# The jobs that both sides know: each class has a namesake in Rust (src/jobs.rs) that does the same, and both tell in the
# same Redis what they did, so that a test sees which side ran what, and how often.

require "json"
require "logger"
require "redis"
require "sidekiq"
require "active_job"

REDIS = {url: ENV.fetch("REDIS_URL")}.freeze

# The library warns of what will change; Sidekiq 6.4 goes with this one.
Redis.sadd_returns_boolean = false
Redis.silence_deprecations = true

Sidekiq.configure_client { |config| config.redis = REDIS }
Sidekiq.configure_server do |config|
  config.redis = REDIS
  # The default is a look every five seconds, the first one after ten.
  config.options[:poll_interval_average] = 0.5
end

ActiveJob::Base.queue_adapter = :sidekiq
ActiveJob::Base.logger = Logger.new(nil)

# What jobs tell, in keys that belong to no system.
module Told
  CONNECTION = ConnectionPool.new(size: 10) { Redis.new(REDIS) }

  module_function

  # Appends to the list of everything that was told.
  def tell(word, job, **more)
    entry = {side: "ruby", word: word, class: job.class.name, pid: Process.pid, **more}
    CONNECTION.with { |redis| redis.rpush("peers:told", JSON.generate(entry)) }
  end

  # How often this was called with the mark, on either side.
  def count(mark)
    CONNECTION.with { |redis| redis.hincrby("peers:runs", mark, 1) }
  end

  # Counts the number on a tally on which each should be one in the end.
  def tally(number)
    CONNECTION.with do |redis|
      redis.hincrby("peers:tally", number.to_s, 1)
      redis.hincrby("peers:sides", "ruby", 1)
    end
  end

  def gate_open?
    CONNECTION.with { |redis| redis.exists?("peers:gate") }
  end
end

# Tells its arguments.
class Echo
  include Sidekiq::Job

  def perform(*arguments)
    Told.tell("done", self, jid: jid, arguments: arguments)
  end
end

# Fails the first so many times that any side runs it.
class FailTimes
  include Sidekiq::Job

  def perform(times, mark)
    run = Told.count(mark)
    if run <= times
      Told.tell("failed", self, jid: jid, run: run)
      raise ArgumentError, "run #{run} of #{mark} fails: 鷺"
    end
    Told.tell("done", self, jid: jid, run: run)
  end
end

# Tells that it began, and ends once the gate is open.
class Hold
  include Sidekiq::Job

  def perform(mark)
    Told.tell("begin", self, jid: jid, mark: mark)
    sleep 0.01 until Told.gate_open?
    Told.tell("done", self, jid: jid, mark: mark)
  end
end

# Counts its number.
class Tally
  include Sidekiq::Job

  def perform(number)
    Told.tally(number)
  end
end

# A job that Ruby alone knows.
class OnlyRuby
  include Sidekiq::Job

  def perform(mark)
    Told.tell("done", self, jid: jid, mark: mark)
  end
end

# How values of every kind look in what is told: the same on both sides.
module Plain
  module_function

  def of(value)
    case value
    when Symbol then {"symbol" => value.to_s}
    when ActiveSupport::Duration then {"duration" => value.to_f}
    when Date then {"date" => value.iso8601}
    when Time then {"time" => value.utc.iso8601(9)}
    when Array then value.map { |element| of(element) }
    when Hash then value.to_h { |key, inner| [key.is_a?(Symbol) ? ":#{key}" : key, of(inner)] }
    else value
    end
  end
end

# Tells its arguments: symbols, dates, times, durations, letters of all kinds, keywords.
class Greet < ActiveJob::Base
  queue_as :mailers

  def perform(name, mood, on, at, pause, notes, polite: false, times: 1)
    positional = [name, mood, on, at, pause, notes]
    Told.tell("done", self, jid: provider_job_id, arguments: Plain.of(positional),
      keywords: {polite: polite, times: times})
  end
end

# Fails the first so many times, and handles that itself.
class Waver < ActiveJob::Base
  class Unsteady < StandardError; end

  retry_on Unsteady, wait: 1, attempts: 5, jitter: 0

  def perform(times, mark)
    run = Told.count(mark)
    Told.tell((run <= times) ? "failed" : "done", self, executions: executions, run: run)
    raise Unsteady, "run #{run} of #{mark}" if run <= times
  end
end

# Fails always; what nothing handles is Sidekiq's to judge.
class Topple < ActiveJob::Base
  def perform(mark)
    Told.tell("failed", self, executions: executions, run: Told.count(mark))
    raise "#{mark} has toppled"
  end
end
