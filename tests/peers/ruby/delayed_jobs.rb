# The jobs that both sides know on Delayed Job's table: those of Active Job have namesakes in Rust (src/jobs.rs), and so have
# Delayed Job's own kinds, a method call, a struct and an object.

require "active_record"
require "active_job"
require "delayed_job"
require "delayed_job_active_record"

require_relative "active_jobs"

ActiveRecord::Base.establish_connection(ENV.fetch("DATABASE_URL"))
Delayed::Worker.backend = :active_record
ActiveJob::Base.queue_adapter = :delayed_job
# The default is a look every five seconds.
Delayed::Worker.sleep_delay = 0.2
Delayed::Worker.max_run_time = ENV["MAX_RUN_TIME"].to_i if ENV["MAX_RUN_TIME"]
Delayed::Worker.max_attempts = ENV["MAX_ATTEMPTS"].to_i if ENV["MAX_ATTEMPTS"]
Delayed::Worker.destroy_failed_jobs = false if ENV["KEEP_FAILED"]
Delayed::Backend::ActiveRecord.configure { |settings| settings.reserve_sql_strategy = ENV["STRATEGY"].to_sym } if ENV["STRATEGY"]
$stdout.sync = true

# Tells its arguments.
class Echo < ActiveJob::Base
  def perform(*arguments, **keywords)
    Told.tell("done", self, arguments: arguments, keywords: keywords, executions: executions)
  end
end

# Fails the first so many times that any side runs it; Active Job handles that nowhere.
class FailTimes < ActiveJob::Base
  def perform(times, mark)
    run = Told.count(mark)
    Told.tell((run <= times) ? "failed" : "done", self, run: run)
    raise ArgumentError, "run #{run} of #{mark} fails: 鷺" if run <= times
  end
end

# Tells that it began, and ends once the gate is open.
class Hold < ActiveJob::Base
  def perform(mark)
    Told.tell("begin", self, mark: mark)
    sleep 0.01 until Told.gate_open?
    Told.tell("done", self, mark: mark)
  end
end

# Counts its number.
class Tally < ActiveJob::Base
  def perform(number)
    Told.tally(number)
  end
end

# A job that Ruby alone knows.
class OnlyRuby < ActiveJob::Base
  def perform(mark)
    Told.tell("done", self, mark: mark)
  end
end

# Fails with a text that is none: where a server refuses to save it, that is the end of a worker of Ruby's.
class Blot < ActiveJob::Base
  def perform(mark)
    raise ArgumentError, "#{mark}\xFF\xFE".dup.force_encoding(Encoding::UTF_8)
  end
end

# A receiver of method calls.
module Peer
  module_function

  def tell(first, second, third)
    Told.tell("done", self, class: "Peer.tell", arguments: [first, second, third])
  end
end

# A struct that performs.
Note = Struct.new(:text, :list, :more) do
  def perform
    Told.tell("done", self, arguments: to_h)
  end
end

# Any other object that does.
class Slip
  def initialize(text)
    @text = text
  end

  def perform
    Told.tell("done", self, arguments: {text: @text})
  end
end
