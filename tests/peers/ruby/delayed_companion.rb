# What an application on the Ruby side does beside running jobs on Delayed Job's table: it makes the table, enqueues, and looks.
#
# `DATABASE_FIRST` is said to the server at `SERVER_URL` before the database at `DATABASE_URL` is opened.

require "active_record"

if (first = ENV["DATABASE_FIRST"])
  ActiveRecord::Base.establish_connection(ENV.fetch("SERVER_URL"))
  ActiveRecord::Base.connection.execute(first)
end

require_relative "delayed_jobs"
require_relative "talk"

# What can be asked.
module Orders
  module_function

  # The table as the generator of delayed_job_active_record 4.1 makes it.
  def migrate
    ActiveRecord::Schema.verbose = false
    ActiveRecord::Schema.define do
      create_table :delayed_jobs do |t|
        t.integer :priority, default: 0, null: false
        t.integer :attempts, default: 0, null: false
        t.text :handler, null: false
        t.text :last_error
        t.datetime :run_at
        t.datetime :locked_at
        t.datetime :failed_at
        t.string :locked_by
        t.string :queue
        t.timestamps null: true
      end
      add_index :delayed_jobs, %i[priority run_at], name: "delayed_jobs_priority"
    end
    Delayed::Job.reset_column_information
    true
  end

  # Reads the shape of the table, unless it is known.
  def know_table
    ActiveRecord::Base.connection.schema_cache.add(Delayed::Job.table_name)
    Delayed::Job.columns
  end

  # Says something to the database.
  def say(statement:)
    ActiveRecord::Base.connection.execute(statement)
    true
  end

  # Active Job's own enqueue of the arguments that a namesake in Rust checks.
  def greet(wait: nil)
    Greet.usual(wait: wait).job_id
  end

  def perform_later(class:, arguments:, options: {})
    name = binding.local_variable_get(:class)
    Object.const_get(name).set(options.transform_keys(&:to_sym)).perform_later(*arguments).job_id
  end

  # So many jobs with a number each, in one transaction.
  #
  # The table's shape is read before it: in a transaction of SQLite that has read, Active Record's first write fails at
  # once, without its timeout, when somebody else has written since.
  def bulk(class:, first:, count:)
    name = binding.local_variable_get(:class)
    know_table
    ActiveRecord::Base.transaction do
      (first...first + count).each { |number| Object.const_get(name).perform_later(number) }
    end
    count
  end

  # A call of a class's method.
  def delay(receiver:, method:, arguments:, options: {})
    Object.const_get(receiver).delay(**options.transform_keys(&:to_sym)).__send__(method, *arguments).id
  end

  # An object of a class that is made of these values.
  def enqueue(class:, values:, options: {})
    object = Object.const_get(binding.local_variable_get(:class)).new(*values)
    Delayed::Job.enqueue(object, **options.transform_keys(&:to_sym)).id
  end

  # A row with any handler.
  def insert(handler:, queue: nil)
    Delayed::Job.create!(handler: handler, queue: queue).id
  end

  # All rows, as Ruby reads them.
  def rows
    Delayed::Job.order(:id).map do |job|
      times = %w[run_at locked_at failed_at created_at].to_h { |column| [column, job[column]&.to_f] }
      job.attributes.slice("id", "priority", "attempts", "handler", "last_error", "locked_by", "queue").merge(times)
    end
  end

  # Sets a time of all rows to so many seconds ago.
  def age(column:, seconds:)
    Delayed::Job.update_all(column => Delayed::Job.db_time_now - seconds)
  end

  # One look of a worker at the queue of Ruby's own jobs.
  def work_off_ruby
    Delayed::Worker.queues = ["ruby"]
    Delayed::Worker.new(quiet: true).work_off
  ensure
    Delayed::Worker.queues = []
  end

  # One look of a worker at every queue, which runs what is due: how many it ran well, and how many not.
  def work_off
    Delayed::Worker.new(quiet: true).work_off
  end

  # The clock by which this side judges times.
  def now
    Time.now.to_f
  end
end

Talk.follow(Orders, {page: nil})
# Nothing is left to be written, and the database need not hear it.
exit!(true)
