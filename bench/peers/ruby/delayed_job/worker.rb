# Delayed Job's worker: jobs that do nothing, and jobs that tell how long they waited.

require "active_record"
require "active_job"
require "delayed_job"
require "delayed_job_active_record"

ActiveRecord::Base.establish_connection(ENV.fetch("DATABASE_URL"))
Delayed::Worker.backend = :active_record
ActiveJob::Base.queue_adapter = :delayed_job
ActiveJob::Base.logger = ENV["QUIET"] ? nil : Logger.new($stdout, level: :info)
$stdout.sync = true

class Nothing < ActiveJob::Base
  def perform(_number)
  end
end

class Stamp < ActiveJob::Base
  def perform(sent)
    puts Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond) - sent
  end
end

# As the task jobs:work starts it.
Delayed::Worker.new(quiet: ENV["QUIET"]).start
