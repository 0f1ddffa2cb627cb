//! Enqueuing in a transaction of the application's own.

use egret_core::{NewJob, Statement};

use super::App;
use crate::Error;
use crate::job::PreparedJob;

impl App {
    /// The statements that store jobs on the application's own connection, within its own transaction: the jobs are there when
    /// it commits, and only then. For stores whose table lies in the application's database, such as Delayed Job's.
    ///
    /// Execute them in their order, with their parameters; any driver will do. After the commit, [`wake`](Self::wake) tells
    /// services in this process; others see the jobs when they next look, within the interval at which they do.
    ///
    /// ```no_run
    /// # use egret::{App, Job};
    /// # #[derive(Job)]
    /// # struct SendInvoice { invoice_id: u64 }
    /// # impl SendInvoice { async fn perform(self) {} }
    /// # fn example(app: &App) -> Result<(), egret::Error> {
    /// for statement in app.enqueue_statements([SendInvoice { invoice_id: 7 }.set().prepare()?])? {
    ///     println!("{} with {} parameters", statement.text, statement.parameters.len());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the store has no statements ([`Capabilities::statements`](egret_core::Capabilities)), or a job has no form in it.
    pub fn enqueue_statements(&self, jobs: impl IntoIterator<Item = PreparedJob>) -> Result<Vec<Statement>, Error> {
        let jobs: Vec<NewJob> = jobs.into_iter().map(|job| self.new_job(job)).collect();
        Ok(self.backend().enqueue_statements(&jobs)?)
    }

    /// Hints services in this process that there may be work: after the commit of a transaction in which jobs were stored.
    pub async fn wake(&self) {
        self.backend().wake().await;
    }

    /// Stores jobs within a transaction of SQLx, on any database for which the store has statements: PostgreSQL, MySQL,
    /// MariaDB and SQLite with Delayed Job's table.
    ///
    /// ```ignore
    /// let mut transaction = pool.begin().await?;
    /// sqlx::query("INSERT INTO invoices (id) VALUES (7)").execute(&mut *transaction).await?;
    /// app.enqueue_in(&mut *transaction, [SendInvoice { invoice_id: 7 }.set().prepare()?]).await?;
    /// transaction.commit().await?;
    /// app.wake().await;
    /// ```
    ///
    /// # Errors
    /// As of [`enqueue_statements`](Self::enqueue_statements); when the connection is to another kind of database; and when
    /// the database refuses a statement, as it does where the table is not on the connection's path.
    #[cfg(feature = "sqlx")]
    pub async fn enqueue_in<C>(
        &self,
        connection: &mut C,
        jobs: impl IntoIterator<Item = PreparedJob>,
    ) -> Result<(), Error>
    where
        C: sqlx::Connection,
        for<'c> &'c mut C: sqlx::Executor<'c, Database = C::Database>,
        <C::Database as sqlx::Database>::Arguments: sqlx::IntoArguments<C::Database>,
        for<'q> Option<i64>: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
        for<'q> Option<String>: sqlx::Encode<'q, C::Database> + sqlx::Type<C::Database>,
    {
        use crate::ErrorKind;

        for Statement { text, parameters, database } in self.enqueue_statements(jobs)? {
            let given = <C::Database as sqlx::Database>::NAME;
            if given != database {
                let message = format!("the transaction is in {given}, expected one in {database}, where the jobs are");
                return Err(Error::new(ErrorKind::Configuration, message));
            }
            // No part of the text comes from a job.
            let mut query = sqlx::query::<C::Database>(sqlx::AssertSqlSafe(text));
            for parameter in parameters {
                query = match parameter {
                    egret_core::Parameter::Integer(number) => query.bind(number),
                    egret_core::Parameter::Text(text) => query.bind(text),
                };
            }
            query.execute(&mut *connection).await.map_err(|error| {
                Error::new(
                    ErrorKind::Store(egret_core::ErrorKind::Other),
                    "failed to store jobs in the application's transaction",
                )
                .with_source(error)
            })?;
        }
        Ok(())
    }
}
