-- Slice: catalogue. Support and safety see the list of specialists in every state, hence also the photos in it; documents stay with who checks them.
CREATE POLICY photos_of_the_list ON files FOR SELECT TO ponimau_staff USING (purpose = 'photo' AND app.can('support', 'safety'));
