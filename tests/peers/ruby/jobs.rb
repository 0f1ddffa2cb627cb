# The jobs that both sides know: each class has a namesake in Rust (src/jobs.rs) that does the same, and both tell in the
# same Redis what they did, so that a test sees which side ran what, and how often.

require "sidekiq"

require_relative "active_jobs"

Sidekiq.configure_client { |config| config.redis = REDIS }
Sidekiq.configure_server do |config|
  config.redis = REDIS
  # The default is a look every five seconds, the first one after ten.
  config.options[:poll_interval_average] = 0.5
end

ActiveJob::Base.queue_adapter = :sidekiq

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
